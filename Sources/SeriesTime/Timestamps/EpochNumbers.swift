/// Timestamps that are numbers: seconds or milliseconds since 1970-01-01T00:00:00Z.
enum EpochNumbers {
    /// As seconds the year 5138, as milliseconds March 1973.
    private static let millisecondsMin = 1e11
    /// As milliseconds the year 5138; what is larger are microseconds or nanoseconds.
    private static let millisecondsMax = 1e14

    /// A text that is a number: digits only, more than a date could have, with a sign or a fraction perhaps.
    static func number(_ text: String) -> Double? {
        let digits = text.utf8.prefix { $0 != UInt8(ascii: ".") }.count - (text.hasPrefix("-") ? 1 : 0)
        guard digits >= 9,
            text.utf8.allSatisfy({ $0 >= UInt8(ascii: "-") && $0 <= UInt8(ascii: "9") && $0 != UInt8(ascii: "/") })
        else { return nil }
        return Double(text)
    }

    /// Seconds or milliseconds, told by the size of the numbers; all must be of one kind.
    ///
    /// - Throws: `TimeError.invalidTimestamp`, `mixedTimestamps`.
    static func unit(_ numbers: [Double]) throws(TimeError) -> EpochUnit {
        guard let first = numbers.first else { return .seconds }
        if numbers.allSatisfy({ (1000...3000).contains($0) && $0 == $0.rounded() }) {
            let year = Int(first)
            throw TimeError.invalidTimestamp(
                place: 0, text: "\(year)", reason: "a year is written as text, \"\(year)\"; numbers count since 1970")
        }
        let isMilliseconds = abs(first) >= millisecondsMin
        for (place, number) in numbers.enumerated() where (abs(number) >= millisecondsMin) != isMilliseconds {
            let kinds = isMilliseconds ? ("seconds", "milliseconds") : ("milliseconds", "seconds")
            throw TimeError.mixedTimestamps(
                place: place,
                reason: "\(TimestampValue.number(number)) looks like \(kinds.0) since 1970 and the first one like "
                    + "\(kinds.1); write all in one unit")
        }
        return isMilliseconds ? .milliseconds : .seconds
    }

    /// Rounded to microseconds.
    ///
    /// - Throws: `TimeError.invalidTimestamp`.
    static func stamps(_ numbers: [Double], _ unit: EpochUnit) throws(TimeError) -> [Stamp] {
        var stamps: [Stamp] = []
        stamps.reserveCapacity(numbers.count)
        for (place, number) in numbers.enumerated() {
            let value = TimestampValue.number(number).description
            if unit == .milliseconds, abs(number) >= millisecondsMax {
                throw TimeError.invalidTimestamp(
                    place: place, text: value,
                    reason: "too large for milliseconds since 1970; microseconds and nanoseconds are sent divided by "
                        + "1000 or 1000000")
            }
            let microseconds = (number * Double(unit.rawValue)).rounded()
            guard let whole = Int64(exactly: microseconds), Stamp.range.contains(Stamp(microseconds: whole)) else {
                throw TimeError.invalidTimestamp(
                    place: place, text: value, reason: "outside of the years 1 to 9999")
            }
            stamps.append(Stamp(microseconds: whole))
        }
        return stamps
    }
}
