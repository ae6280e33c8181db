/// A moment, in microseconds since 1970-01-01T00:00:00Z; leap seconds are not counted (POSIX).
///
/// Without a zone (`Zone.floating`) it is what a clock on the wall shows, counted as if that clock showed UTC.
package struct Stamp: Hashable, Comparable, Sendable {
    /// Since 1970-01-01T00:00:00Z, negative before.
    package let microseconds: Int64

    /// Of a day and of a second.
    package static let microsecondsPerDay: Int64 = 86_400_000_000, microsecondsPerSecond: Int64 = 1_000_000
    /// The years 1 to 9999, which RFC 3339 can write.
    package static let range =
        Stamp(
            microseconds: -62_135_596_800_000_000)...Stamp(
            microseconds: 253_402_300_799_999_999)

    /// - Parameter microseconds: since 1970-01-01T00:00:00Z.
    package init(microseconds: Int64) { self.microseconds = microseconds }

    /// - Parameter seconds: since 1970-01-01T00:00:00Z.
    package init(seconds: Int64) { microseconds = seconds * Self.microsecondsPerSecond }

    package static func < (left: Stamp, right: Stamp) -> Bool { left.microseconds < right.microseconds }

    /// Whole seconds since 1970-01-01T00:00:00Z, rounded down.
    package var seconds: Int64 { floorDivide(microseconds, Self.microsecondsPerSecond) }
}

/// What calendar and clock show: a day, and the time since its midnight.
package struct LocalTime: Hashable, Sendable {
    /// Since 1970-01-01.
    package let day: Int
    /// Since midnight by the clock, 0 up to a day.
    package let microsecondsOfDay: Int64

    /// - Parameters:
    ///   - day: since 1970-01-01.
    ///   - microsecondsOfDay: since midnight by the clock.
    package init(day: Int, microsecondsOfDay: Int64) {
        self.day = day
        self.microsecondsOfDay = microsecondsOfDay
    }

    /// - Parameter microseconds: since 1970-01-01T00:00:00 by the clock.
    init(microseconds: Int64) {
        day = Int(floorDivide(microseconds, Stamp.microsecondsPerDay))
        microsecondsOfDay = microseconds - Int64(day) * Stamp.microsecondsPerDay
    }

    /// Since 1970-01-01T00:00:00 by the clock.
    var microseconds: Int64 { Int64(day) * Stamp.microsecondsPerDay + microsecondsOfDay }

    /// The day as a date.
    package var date: CivilDate { CivilDate(daysSinceEpoch: day) }
}
