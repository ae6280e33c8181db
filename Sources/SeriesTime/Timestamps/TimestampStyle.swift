/// How timestamps are written, so that answers look as requests did.
package struct TimestampStyle: Hashable, Sendable {
    /// The smallest unit that is written. Fractions of seconds are beside it.
    package enum Precision: Int, Comparable, Sendable {
        case year, month, day, minute, second

        package static func < (left: Precision, right: Precision) -> Bool { left.rawValue < right.rawValue }
    }

    /// What stands behind the time.
    package enum Suffix: Hashable, Sendable {
        case none
        case z
        /// `+02:00`, or `+0200` without the colon.
        case offset(hasColon: Bool)
    }

    /// Numbers instead of text.
    package var epochUnit: EpochUnit?
    /// To this unit.
    package var precision: Precision
    /// Behind seconds, 0 to 6.
    package var fractionDigits: Int
    /// A space instead of the T between date and time.
    package var hasSpace: Bool
    /// Whether and how the zone is shown.
    package var suffix: Suffix

    /// - Parameters:
    ///   - epochUnit: of numbers; nil for text.
    ///   - precision: the smallest unit that is written.
    ///   - fractionDigits: behind seconds, 0 to 6.
    ///   - hasSpace: instead of the T.
    ///   - suffix: whether and how the zone is shown.
    package init(
        epochUnit: EpochUnit? = nil, precision: Precision = .second, fractionDigits: Int = 0, hasSpace: Bool = false,
        suffix: Suffix = .none
    ) {
        precondition((0...6).contains(fractionDigits), "\(fractionDigits) digits of 0 to 6")
        self.epochUnit = epochUnit
        self.precision = precision
        self.fractionDigits = fractionDigits
        self.hasSpace = hasSpace
        self.suffix = suffix
    }

    /// RFC 3339 without a zone: `2026-01-31T12:00:00`.
    package static let dateTime = TimestampStyle()
    /// RFC 3339 with milliseconds in UTC: `2026-01-31T12:00:00.000Z`.
    package static let milliseconds = TimestampStyle(fractionDigits: 3, suffix: .z)

    /// What can say every timestamp of both styles; the first one decides the rest.
    func joined(_ other: TimestampStyle) -> TimestampStyle {
        var joined = self
        joined.precision = max(precision, other.precision)
        joined.fractionDigits = max(fractionDigits, other.fractionDigits)
        if precision <= .day, other.precision > .day {
            joined.hasSpace = other.hasSpace
            joined.suffix = other.suffix
        }
        return joined
    }

    /// This style, with as much more as the steps of a frequency need to be told apart.
    package func covering(_ frequency: Frequency) -> TimestampStyle {
        var style = self
        switch frequency.unit {
        case .milliseconds:
            style.precision = .second
            style.fractionDigits = max(3, fractionDigits)
        case .seconds: style.precision = .second
        case .minutes, .hours: if precision <= .day { style.precision = .second }
        case .days, .businessDays, .weeks: style.precision = max(precision, .day)
        case .months, .quarters: style.precision = max(precision, .month)
        case .years: break
        }
        return style
    }

    /// A stamp in this style: a number of `epochUnit`, or text.
    package func value(_ stamp: Stamp, _ zone: Zone) -> TimestampValue {
        guard let epochUnit else { return .text(text(stamp, zone)) }
        let (whole, rest) = stamp.microseconds.quotientAndRemainder(dividingBy: epochUnit.rawValue)
        return .number(rest == 0 ? Double(whole) : Double(stamp.microseconds) / Double(epochUnit.rawValue))
    }

    /// A stamp as text by the clock of a zone, or of UTC when the style says `Z`.
    package func text(_ stamp: Stamp, _ zone: Zone) -> String {
        let zone = suffix == .z ? Zone.fixed(offsetSeconds: 0) : zone
        let local = zone.local(stamp), date = local.date
        var bytes: [UInt8] = []
        bytes.reserveCapacity(32)
        Self.append(date.year, digits: 4, to: &bytes)
        if precision >= .month { Self.append("-", date.month, to: &bytes) }
        if precision >= .day { Self.append("-", date.day, to: &bytes) }
        if precision > .day {
            let seconds = Int(local.microsecondsOfDay / Stamp.microsecondsPerSecond)
            Self.append(hasSpace ? " " : "T", seconds / 3600, to: &bytes)
            Self.append(":", seconds / 60 % 60, to: &bytes)
            if precision == .second { Self.append(":", seconds % 60, to: &bytes) }
            appendFraction(Int(local.microsecondsOfDay % Stamp.microsecondsPerSecond), to: &bytes)
            appendSuffix(zone.offsetSeconds(at: stamp), to: &bytes)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func appendFraction(_ microseconds: Int, to bytes: inout [UInt8]) {
        guard precision == .second, fractionDigits > 0 else { return }
        bytes.append(UInt8(ascii: "."))
        let unit = (fractionDigits..<6).reduce(1) { unit, _ in unit * 10 }
        Self.append(microseconds / unit, digits: fractionDigits, to: &bytes)
    }

    private func appendSuffix(_ offset: Int, to bytes: inout [UInt8]) {
        switch suffix {
        case .none: break
        case .z: bytes.append(UInt8(ascii: "Z"))
        case .offset(let hasColon):
            // RFC 3339 has no seconds in offsets; those of local mean time are rounded.
            let minutes = (abs(offset) + 30) / 60
            Self.append(offset < 0 ? "-" : "+", minutes / 60, to: &bytes)
            if hasColon { bytes.append(UInt8(ascii: ":")) }
            Self.append(minutes % 60, digits: 2, to: &bytes)
        }
    }

    private static func append(_ separator: Unicode.Scalar, _ number: Int, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: separator))
        append(number, digits: 2, to: &bytes)
    }

    private static func append(_ number: Int, digits: Int, to bytes: inout [UInt8]) {
        var unit = (1..<digits).reduce(1) { unit, _ in unit * 10 }
        while unit > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(number / unit % 10))
            unit /= 10
        }
    }
}
