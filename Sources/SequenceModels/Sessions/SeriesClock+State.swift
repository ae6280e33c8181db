import SeriesTime

extension SeriesClock {
    /// When step 0 is, how steps follow each other, and how times are written.
    func write(to writer: inout StateWriter) {
        writer.whole(axis.start.microseconds)
        writer.text(axis.frequency.description.utf8)
        writer.text((axis.zone.name ?? "").utf8)
        writer.whole(style.epochUnit?.rawValue ?? 0)
        writer.whole(UInt8(style.precision.rawValue))
        writer.whole(UInt8(style.fractionDigits))
        writer.whole(UInt8(style.hasSpace ? 1 : 0))
        let suffix: UInt8 =
            switch style.suffix {
            case .none: 0
            case .z: 1
            case .offset(hasColon: true): 2
            case .offset(hasColon: false): 3
            }
        writer.whole(suffix)
    }

    /// - Throws: when it is not what `write` wrote, or of a zone that this machine does not know.
    init(from reader: inout StateReader) throws(StreamStateError) {
        let start = Stamp(microseconds: try reader.whole(Int64.self))
        let (frequency, zone) = (try reader.text(), try reader.text())
        do throws(TimeError) {
            axis = try TimeAxis(
                start: start, frequency: Frequency(frequency),
                zone: zone.isEmpty ? .floating : Zone(name: zone))
        } catch {
            throw .invalid("its times cannot be read here: \(error)")
        }
        let unit = try reader.whole(Int64.self)
        guard unit == 0 || EpochUnit(rawValue: unit) != nil,
            let precision = TimestampStyle.Precision(rawValue: Int(try reader.whole(UInt8.self)))
        else { throw .invalid("its times are written in an unknown way") }
        let digits = Int(try reader.whole(UInt8.self)), hasSpace = try reader.flag()
        let suffix = Int(try reader.whole(UInt8.self))
        guard 0...6 ~= digits, 0...3 ~= suffix else { throw .invalid("its times are written in an unknown way") }
        let suffixes: [TimestampStyle.Suffix] = [.none, .z, .offset(hasColon: true), .offset(hasColon: false)]
        style = TimestampStyle(
            epochUnit: EpochUnit(rawValue: unit), precision: precision, fractionDigits: digits, hasSpace: hasSpace,
            suffix: suffixes[suffix])
    }
}
