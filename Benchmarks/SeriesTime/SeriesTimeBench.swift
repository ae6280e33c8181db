import SeriesTime

/// A million timestamps: read, their frequency inferred, placed on an axis, written. Milliseconds of each, the best of
/// three.
///
///     swift run -c release time-bench
@main struct SeriesTimeBench {
    private static let count = 1_000_000
    private static let runs = 3

    private static func milliseconds(_ work: () throws -> Void) rethrows -> Int {
        let clock = ContinuousClock()
        var best = Duration.seconds(1_000_000)
        for _ in 0..<runs {
            let start = clock.now
            try work()
            best = min(best, clock.now - start)
        }
        return Int(best / .milliseconds(1))
    }

    private static func measure(_ name: String, _ zone: Zone, _ style: TimestampStyle, _ frequency: String) throws {
        let axis = try TimeAxis(start: Stamp(seconds: -2_208_988_800), frequency: Frequency(frequency), zone: zone)
        let stamps = try axis.stamps(count: count)
        let values = stamps.map { style.value($0, zone) }
        let reading = try milliseconds { _ = try TimestampColumn(values, zone: zone == .floating ? nil : zone) }
        let placing = try milliseconds { _ = try SeriesPlacement(stamps, frequency: axis.frequency, zone: zone) }
        let inferring = try milliseconds { _ = try SeriesPlacement(stamps, zone: zone) }
        let stepping = try milliseconds { _ = try axis.stamps(count: count) }
        let writing = milliseconds { for stamp in stamps { _ = style.value(stamp, zone) } }
        print(
            "\(name): read \(reading) ms, placed \(placing) ms (with inference \(inferring) ms), "
                + "stepped \(stepping) ms, written \(writing) ms")
    }

    static func main() throws {
        let berlin = try Zone(name: "Europe/Berlin")
        let utc = TimestampStyle(suffix: .z), offset = TimestampStyle(suffix: .offset(hasColon: true))
        try measure("minutes, no zone", .floating, .dateTime, "min")
        try measure("minutes, UTC", .fixed(offsetSeconds: 0), utc, "min")
        try measure("minutes, Berlin, offsets", berlin, offset, "min")
        try measure("minutes, Berlin, by the clock", berlin, .dateTime, "min")
        try measure("days, no zone", .floating, TimestampStyle(precision: .day), "D")
        try measure("days, Berlin", berlin, TimestampStyle(precision: .day), "D")
        try measure("seconds since 1970", .fixed(offsetSeconds: 0), TimestampStyle(epochUnit: .seconds), "min")
    }
}
