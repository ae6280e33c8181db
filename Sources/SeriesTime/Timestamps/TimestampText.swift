/// What a text of RFC 3339, or of the wider ISO 8601 says: date and time by the clock, and the clock's distance from
/// UTC.
struct TimestampText: Equatable {
    /// By the clock, in microseconds since 1970-01-01T00:00:00.
    var local: Int64
    /// East of UTC; nil when the text has none.
    var offsetSeconds: Int?
    var style: TimestampStyle

    /// Why a text is not a timestamp.
    struct Fault: Error {
        var reason: String

        init(_ reason: String) { self.reason = reason }
    }

    /// Reads `2026`, `2026-01`, `2026-01-31`, and the last with `T12:00` or a space, seconds, a fraction and an offset.
    ///
    /// - Throws: what is wrong, and what would be right.
    init(_ text: String) throws(Fault) {
        var text = text
        let result = text.withUTF8 { bytes in
            do throws(Fault) {
                var reader = Reader(bytes: bytes)
                return Result<TimestampText, Fault>.success(try reader.timestamp())
            } catch {
                return .failure(error)
            }
        }
        self = try result.get()
    }

    private init(local: Int64, offsetSeconds: Int?, style: TimestampStyle) {
        self.local = local
        self.offsetSeconds = offsetSeconds
        self.style = style
    }

    private static let form = Fault(
        "not a timestamp; write it as 2026-01-31T12:00:00Z, 2026-01-31T12:00:00, 2026-01-31, 2026-01, or as seconds or "
            + "milliseconds since 1970")

    // SAFETY: the buffer is valid while `withUTF8` runs, which the reader does not outlive; accesses are below count.
    private struct Reader {
        let bytes: UnsafeBufferPointer<UInt8>
        var place = 0

        private var isAtEnd: Bool { place == bytes.count }

        mutating func timestamp() throws(Fault) -> TimestampText {
            var style = TimestampStyle()
            let days = try date(&style)
            var microseconds = Int64(0), offset: Int?
            if style.precision == .day, !isAtEnd {
                if skip("T") || skip("t") {
                } else if skip(" ") {
                    style.hasSpace = true
                } else {
                    throw form
                }
                microseconds = try time(&style)
                offset = try zone(&style)
            }
            guard isAtEnd else { throw form }
            let local = Int64(days) * Stamp.microsecondsPerDay + microseconds
            let stamp = Stamp(microseconds: local - Int64(offset ?? 0) * Stamp.microsecondsPerSecond)
            guard Stamp.range.contains(stamp) else { throw Fault("outside of the years 1 to 9999 in UTC") }
            return TimestampText(local: local, offsetSeconds: offset, style: style)
        }

        private mutating func date(_ style: inout TimestampStyle) throws(Fault) -> Int {
            guard let year = number(4) else { throw form }
            guard year > 0 else { throw Fault("year 0000; years are 0001 to 9999") }
            var month = 1, day = 1
            style.precision = .year
            if skip("-") {
                guard let value = number(2) else { throw form }
                guard (1...12).contains(value) else { throw Fault("month \(value); months are 01 to 12") }
                (month, style.precision) = (value, .month)
                if skip("-") {
                    guard let value = number(2) else { throw form }
                    let last = CivilDate.daysInMonth(year: year, month: month)
                    guard (1...last).contains(value) else {
                        throw Fault("day \(value) of a month with days 01 to \(last)")
                    }
                    (day, style.precision) = (value, .day)
                }
            }
            return CivilDate(year: year, month: month, day: day).daysSinceEpoch
        }

        private mutating func time(_ style: inout TimestampStyle) throws(Fault) -> Int64 {
            guard let hour = number(2), skip(":"), let minute = number(2) else { throw form }
            guard hour < 24 else { throw Fault("hour \(hour); hours are 00 to 23") }
            guard minute < 60 else { throw Fault("minute \(minute); minutes are 00 to 59") }
            style.precision = .minute
            var microseconds = Int64(hour * 3600 + minute * 60) * Stamp.microsecondsPerSecond
            if skip(":") {
                guard let second = number(2) else { throw form }
                guard second < 60 else { throw Fault("second \(second); seconds are 00 to 59, without leap seconds") }
                style.precision = .second
                microseconds += Int64(second) * Stamp.microsecondsPerSecond
                if skip(".") || skip(",") { microseconds += try fraction(&style) }
            }
            return microseconds
        }

        private mutating func fraction(_ style: inout TimestampStyle) throws(Fault) -> Int64 {
            var value = Int64(0), digits = 0
            while let digit = digit() {
                if digits < 6 {
                    value = value * 10 + Int64(digit)
                } else if digit != 0 {
                    throw Fault("a fraction finer than microseconds; at most 6 digits count")
                }
                digits += 1
            }
            guard digits > 0 else { throw form }
            style.fractionDigits = min(digits, 6)
            for _ in style.fractionDigits..<6 { value *= 10 }
            return value
        }

        /// Nil when nothing follows.
        private mutating func zone(_ style: inout TimestampStyle) throws(Fault) -> Int? {
            if isAtEnd { return nil }
            if skip("Z") || skip("z") {
                style.suffix = .z
                return 0
            }
            let sign = skip("+") ? 1 : skip("-") ? -1 : 0
            guard sign != 0, let hours = number(2) else { throw form }
            var minutes = 0, hasColon = true
            if !isAtEnd {
                hasColon = skip(":")
                guard let value = number(2) else { throw form }
                minutes = value
            }
            guard hours < 24, minutes < 60 else { throw Fault("an offset is at most 23:59") }
            style.suffix = .offset(hasColon: hasColon)
            return sign * (hours * 3600 + minutes * 60)
        }

        private mutating func skip(_ character: Unicode.Scalar) -> Bool {
            guard place < bytes.count, bytes[place] == UInt8(ascii: character) else { return false }
            place += 1
            return true
        }

        private mutating func digit() -> Int? {
            guard place < bytes.count else { return nil }
            let digit = Int(bytes[place]) - Int(UInt8(ascii: "0"))
            guard (0...9).contains(digit) else { return nil }
            place += 1
            return digit
        }

        private mutating func number(_ digits: Int) -> Int? {
            var value = 0
            for _ in 0..<digits {
                guard let digit = digit() else { return nil }
                value = value * 10 + digit
            }
            return value
        }
    }
}
