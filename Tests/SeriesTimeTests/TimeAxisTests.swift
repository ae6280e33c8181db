import Testing

import SeriesTime

@Suite struct TimeAxisTests {
    static func stamp(_ text: String) throws -> Stamp { try TimestampColumn([.text(text)]).stamps[0] }

    static func texts(_ start: String, _ frequency: String, _ count: Int, _ zone: Zone = .floating) throws -> [String] {
        let column = try TimestampColumn([.text(start)], zone: zone)
        let frequency = try Frequency(frequency)
        let axis = try TimeAxis(start: column.stamps[0], frequency: frequency, zone: zone)
        let style = column.style.covering(frequency)
        return try axis.stamps(count: count).map { style.text($0, zone) }
    }

    @Test func monthsKeepTheirDay() throws {
        #expect(
            try Self.texts("2024-01-31", "P1M", 5)
                == ["2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30", "2024-05-31"])
        #expect(try Self.texts("2023-12-30", "P1M", 4) == ["2023-12-30", "2024-01-30", "2024-02-29", "2024-03-30"])
        #expect(try Self.texts("2024-02-29", "P1Y", 5).last == "2028-02-29")
        #expect(try Self.texts("2024-02-29", "P1Y", 2).last == "2025-02-28")
        #expect(try Self.texts("2024-11", "MS", 3) == ["2024-11", "2024-12", "2025-01"])
        #expect(try Self.texts("2024", "YS", 2) == ["2024", "2025"])
    }

    /// Hours repeat and vanish by the clock; days keep the time of the clock.
    @Test func clocksChange() throws {
        let berlin = try Recording.zone("Europe/Berlin")
        #expect(
            try Self.texts("2024-03-31T00:00", "h", 4, berlin)
                == ["2024-03-31T00:00", "2024-03-31T01:00", "2024-03-31T03:00", "2024-03-31T04:00"])
        #expect(
            try Self.texts("2024-10-27T01:00", "h", 4, berlin)
                == ["2024-10-27T01:00", "2024-10-27T02:00", "2024-10-27T02:00", "2024-10-27T03:00"])
        #expect(
            try Self.texts("2024-03-30T02:30:00+01:00", "D", 3, berlin)
                == ["2024-03-30T02:30:00+01:00", "2024-03-31T03:30:00+02:00", "2024-04-01T02:30:00+02:00"])
        #expect(
            try Self.texts("2024-10-26T02:30:00+02:00", "D", 3, berlin)
                == ["2024-10-26T02:30:00+02:00", "2024-10-27T02:30:00+02:00", "2024-10-28T02:30:00+01:00"])
        #expect(try Self.texts("2024-03-30", "D", 3, berlin) == ["2024-03-30", "2024-03-31", "2024-04-01"])
        // Midnight is skipped in Santiago; the day is there.
        let santiago = try Recording.zone("America/Santiago")
        #expect(try Self.texts("2024-09-07", "D", 3, santiago) == ["2024-09-07", "2024-09-08", "2024-09-09"])
        // It is not the time of the days that follow.
        let start = try TimestampColumn([.text("2024-09-08")], zone: santiago).stamps[0]
        let axis = try TimeAxis(start: start, frequency: try Frequency("D"), zone: santiago)
        #expect(TimestampStyle.dateTime.text(try axis.stamp(0), santiago) == "2024-09-08T01:00:00")
        #expect(TimestampStyle.dateTime.text(try axis.stamp(1), santiago) == "2024-09-09T00:00:00")
    }

    /// position(of: stamp(n)) is n, times ascend, and what lies between is seen, for every frequency, in many zones,
    /// from 1900 to 2100.
    @Test func stepsAndTimesAreInverse() throws {
        var random = SeededGenerator(state: 11)
        let zones = try Recording.zones.get().values.sorted { $0.name < $1.name }.map { Zone.named($0) }
        let frequencies = [
            "ms", "s", "min", "15min", "h", "7h", "D", "3D", "B", "2B", "W-SUN", "W-WED", "MS", "ME", "5ME", "P1M",
            "QS-JAN", "QE-NOV", "YS-JUL", "YE-FEB", "P1Y",
        ]
        for (index, zone) in (zones + [.floating, .fixed(offsetSeconds: -12_600)]).enumerated() {
            for name in frequencies {
                let frequency = try Frequency(name)
                let day = Int(random.next() % 65_000) - 25_500
                let grid = CalendarGrid(frequency, start: day)
                let time = LocalTime(
                    day: grid.map { $0.day($0.number(notAfter: day)) } ?? day,
                    microsecondsOfDay: Int64(random.next() % 86_400) * 1_000_000)
                // What the clock skips is not a start that keeps its day.
                guard zone.local(zone.stamp(time)) == time else { continue }
                let axis = try TimeAxis(start: zone.stamp(time), frequency: frequency, zone: zone)
                for step in [-40, -1, 0, 1, 2, 3, 59, 60, 400, 1000 + index] {
                    guard let stamp = try? axis.stamp(step), let next = try? axis.stamp(step + 1) else { continue }
                    // Apia, Kiritimati and Kwajalein have skipped a whole day.
                    guard next != stamp else { continue }
                    #expect(next > stamp, "\(name) \(zone) \(step)")
                    #expect(axis.position(of: stamp) == .step(step), "\(name) \(zone) \(step)")
                    let between = Stamp(microseconds: next.microseconds - 1)
                    #expect(axis.position(of: between) == .after(step), "\(name) \(zone) \(step)")
                }
            }
        }
    }

    @Test func aStartThatIsNotAStampIsRefused() throws {
        func fault(_ start: String, _ frequency: String) throws -> String {
            do {
                _ = try TimeAxis(start: try Self.stamp(start), frequency: try Frequency(frequency), zone: .floating)
                return "accepted"
            } catch let error as TimeError {
                return error.description
            }
        }
        #expect(
            try fault("2024-01-15", "MS")
                == "start 2024-01-15T00:00:00 is not a stamp of frequency MS; the next one is "
                + "2024-02-01T00:00:00, or say frequency P1M to keep this start")
        #expect(
            try fault("2024-01-15", "W-SUN").contains("the next one is 2024-01-21T00:00:00, or say frequency W-MON"))
        #expect(try fault("2024-01-13", "2B").contains("2024-01-15T00:00:00, or say frequency 2D"))
        #expect(try fault("2024-02-01", "QS").contains("2024-04-01T00:00:00, or say frequency P3M"))
        #expect(try fault("2024-02-01", "YE-MAR").contains("2024-03-31T00:00:00, or say frequency P1Y"))
        #expect(try fault("2024-02-29T12:30", "ME") == "accepted")
    }

    @Test func theCalendarEnds() throws {
        let axis = try TimeAxis(start: try Self.stamp("9999-12-30"), frequency: try Frequency("D"), zone: .floating)
        #expect(try axis.stamp(1) == Self.stamp("9999-12-31"))
        for step in [2, 1 << 40, Int.max, Int.min] {
            #expect(throws: TimeError.beyondCalendar(step: step)) { try axis.stamp(step) }
        }
        let hours = try TimeAxis(start: try Self.stamp("0001-01-01"), frequency: try Frequency("7h"), zone: .floating)
        #expect(throws: TimeError.beyondCalendar(step: -1)) { try hours.stamp(-1) }
        #expect(throws: TimeError.beyondCalendar(step: Int.max)) { try hours.stamp(Int.max) }
    }

    @Test func calendarDaysAreCounted() {
        var date = CivilDate(year: 1896, month: 2, day: 27), day = date.daysSinceEpoch
        for _ in 0..<80_000 {
            let next = CivilDate(daysSinceEpoch: day + 1)
            let isSameMonth = next.month == date.month
            #expect(next.day == (isSameMonth ? date.day + 1 : 1) && next.daysSinceEpoch == day + 1)
            if !isSameMonth { #expect(date.day == CivilDate.daysInMonth(year: date.year, month: date.month)) }
            if next.year != date.year { #expect(next.month == 1 && next.dayOfYear == 1) }
            (date, day) = (next, day + 1)
        }
        #expect(CivilDate(daysSinceEpoch: 0) == CivilDate(year: 1970, month: 1, day: 1))
        #expect(CivilDate.weekday(daysSinceEpoch: -1) == .wednesday)
        #expect(!CivilDate.isLeap(year: 1900) && CivilDate.isLeap(year: 2000))
    }
}

/// Numbers that are the same in every run (SplitMix64, Steele et al. 2014).
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
