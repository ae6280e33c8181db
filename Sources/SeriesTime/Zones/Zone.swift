/// How the stamps of a series relate to clocks and calendars.
package enum Zone: Sendable, Equatable {
    /// No zone is known: stamps are what a clock shows, and its days have 24 hours.
    case floating
    /// Clocks at a constant distance from UTC, in seconds east.
    case fixed(offsetSeconds: Int)
    case named(ZoneRules)

    /// The zone of an IANA name; `UTC`, `Z` and an offset such as `+02:00` are fixed ones.
    ///
    /// - Throws: `TimeError.unknownZone`.
    package init(name: String, in database: ZoneDatabase = .system) throws(TimeError) {
        if let offset = name == "UTC" || name == "Z" ? 0 : Self.offsetSeconds(name) {
            self = .fixed(offsetSeconds: offset)
        } else {
            self = .named(try database.rules(name))
        }
    }

    /// What `init(name:)` reads back: an IANA name, `UTC` or an offset; nil without a zone.
    package var name: String? {
        switch self {
        case .floating: return nil
        case .fixed(0): return "UTC"
        case .fixed(let seconds):
            let minutes = (abs(seconds) + 30) / 60
            func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
            return (seconds < 0 ? "-" : "+") + twoDigits(minutes / 60) + ":" + twoDigits(minutes % 60)
        case .named(let rules): return rules.name
        }
    }

    /// `+02:00` or `-0930`; nil for anything else.
    private static func offsetSeconds(_ text: String) -> Int? {
        guard let sign = text.first, sign == "+" || sign == "-" else { return nil }
        let digits = text.dropFirst().filter { $0 != ":" }
        guard digits.utf8.count == 4, let number = Int(digits), number >= 0, number / 100 < 24, number % 100 < 60 else {
            return nil
        }
        return (sign == "-" ? -1 : 1) * (number / 100 * 3600 + number % 100 * 60)
    }

    package static func == (left: Zone, right: Zone) -> Bool {
        switch (left, right) {
        case (.floating, .floating): true
        case (.fixed(let left), .fixed(let right)): left == right
        case (.named(let left), .named(let right)): left.name == right.name
        default: false
        }
    }

    /// Seconds east of UTC at a moment; 0 without a zone.
    package func offsetSeconds(at stamp: Stamp) -> Int {
        switch self {
        case .floating: 0
        case .fixed(let offset): offset
        case .named(let rules): Int(rules.offsetSeconds(at: stamp.seconds))
        }
    }

    /// What the clock shows at a moment.
    package func local(_ stamp: Stamp) -> LocalTime {
        LocalTime(
            microseconds: stamp.microseconds + Int64(offsetSeconds(at: stamp)) * Stamp.microsecondsPerSecond)
    }

    /// The moment when the clock shows a time. Of two moments it is the first; when clocks skip the time, it is as much
    /// later as they were put forward (RFC 5545, 3.3.5).
    ///
    /// - Parameter isSecond: of two moments the second is meant.
    package func stamp(_ local: LocalTime, isSecond: Bool = false) -> Stamp {
        let microseconds = local.microseconds
        let offset: Int64
        switch self {
        case .floating: return Stamp(microseconds: microseconds)
        case .fixed(let seconds): offset = Int64(seconds)
        case .named(let rules):
            let second = floorDivide(microseconds, Stamp.microsecondsPerSecond)
            offset = rules.offsetSeconds(local: second, isSecond: isSecond)
        }
        return Stamp(microseconds: microseconds - offset * Stamp.microsecondsPerSecond)
    }
}
