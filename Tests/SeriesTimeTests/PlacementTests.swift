import Testing

import SeriesTime

@Suite struct PlacementTests {
    static func place(
        _ texts: [String], _ frequency: String? = nil, _ rules: PlacementRules = PlacementRules(),
        _ zone: Zone = .floating
    ) throws(TimeError) -> SeriesPlacement {
        let column = try TimestampColumn(texts.map { .text($0) }, zone: zone)
        let chosen: Frequency? = if let frequency { try Frequency(frequency) } else { nil }
        return try SeriesPlacement(column.stamps, frequency: chosen, zone: zone, rules: rules)
    }

    static func fault(
        _ texts: [String], _ frequency: String? = nil, _ rules: PlacementRules = PlacementRules()
    ) -> String {
        do throws(TimeError) {
            return "accepted as \(try place(texts, frequency, rules).axis.frequency)"
        } catch {
            return error.description
        }
    }

    static func days(_ days: [Int], _ month: String = "2024-01") -> [String] {
        days.map { "\(month)-" + ($0 < 10 ? "0" : "") + "\($0)" }
    }

    @Test func gapsAreCounted() throws {
        let placement = try Self.place(Self.days([1, 2, 3, 6, 7, 9]))
        #expect(placement.axis.frequency == Frequency(1, .days) && placement.stepCount == 9)
        #expect(placement.gaps == [3..<5, 7..<8] && placement.missingCount == 3)
        let values = placement.placed([1, 2, 3, 6, 7, 9])
        #expect(values.map { $0.isNaN ? 0 : $0 } == [1, 2, 3, 0, 0, 6, 7, 0, 9])
    }

    /// What pandas finds nothing in.
    static let gapped: [([String], String)] = [
        (["2024-01-01", "2024-02-01", "2024-04-01", "2024-05-01"], "MS"),
        (["2024-01-31", "2024-02-29", "2024-04-30", "2024-05-31"], "ME"),
        (["2024-01-31", "2024-03-31", "2024-04-30", "2024-05-31"], "ME"),
        (["2024-01-30", "2024-02-29", "2024-03-30", "2024-05-30"], "P1M"),
        (["2024-01-15", "2024-02-15", "2024-03-15"], "P1M"), (["2022-03-15", "2023-03-15", "2024-03-15"], "P1Y"),
        (["2023-01-01", "2023-04-01", "2023-10-01", "2024-01-01"], "QS-JAN"),
        (["2019-01-01", "2020-01-01", "2022-01-01", "2023-01-01"], "YS-JAN"),
        (["2024-01-01", "2024-01-08", "2024-01-22", "2024-01-29"], "W-MON"),
        (days([4, 5, 8, 10, 11, 12, 15]), "B"), (days([1, 3, 4, 6, 8]), "D"),
        (["2024-01-01T00:00", "2024-01-01T02:00", "2024-01-01T05:00"], "h"),
        (["2024-01-01T00:00", "2024-01-01T01:00", "2024-01-01T02:00", "2024-03-01T02:00"], "h"),
    ]

    @Test(arguments: gapped) func frequenciesAreFoundWithGaps(texts: [String], expected: String) throws {
        let placement = try Self.place(texts)
        #expect(placement.axis.frequency == (try Frequency(expected)))
        #expect(placement.missingCount == placement.stepCount - texts.count)
    }

    /// Of a series with a fifth missing, in any order and with rows that repeat, frequency and steps are found again.
    @Test func whatIsMissingChangesNothing() throws {
        var random = SeededGenerator(state: 23)
        let names = ["Europe/Berlin", "America/Santiago", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Casablanca"]
        let zones = try names.map { try Recording.zone($0) } + [.floating, .fixed(offsetSeconds: 20_700)]
        let frequencies = [
            "250ms", "s", "7min", "15min", "h", "5h", "D", "3D", "B", "W-WED", "2W-SUN", "MS", "ME", "2MS", "P1M",
            "QS-FEB", "QE-DEC", "YS-APR", "YE-FEB", "2YS-JAN",
        ]
        for zone in zones {
            for name in frequencies {
                let frequency = try Frequency(name)
                // A month of its own day begins on the 30th of January.
                let day = name == "P1M" ? 10_986 + 29 : 7000 + Int(random.next() % 12_000)
                let grid = CalendarGrid(frequency, start: day)
                let first = LocalTime(day: grid.map { $0.day($0.number(notAfter: day)) } ?? day, microsecondsOfDay: 0)
                let axis = try TimeAxis(start: zone.stamp(first), frequency: frequency, zone: zone)
                var kept = (0..<60).filter { $0 == 0 || $0 == 59 || random.next() % 5 > 0 }
                let gapCount = 60 - kept.count
                kept.append(contentsOf: kept.prefix(3))
                kept.shuffle(using: &random)
                let placement = try SeriesPlacement(
                    kept.map { try axis.stamp($0) }, zone: zone, rules: PlacementRules(merge: .mean))
                #expect(placement.axis.frequency == frequency, "\(name)")
                #expect(placement.steps == kept, "\(name)")
                #expect(placement.missingCount == gapCount && placement.stepCount == 60, "\(name)")
                #expect(placement.duplicates.count == 3, "\(name)")
                let values = placement.placed(kept.map { Double($0) })
                #expect(values.enumerated().allSatisfy { $1.isNaN || $1 == Double($0) }, "\(name)")
            }
        }
    }

    /// Whatever the calendar has is placed or refused, in any order, at its ends and next to each other.
    @Test func anyStampsArePlacedOrRefused() throws {
        var random = SeededGenerator(state: 41)
        let zones = [Zone.floating, try Recording.zone("Pacific/Apia"), try Recording.zone("America/New_York")]
        let frequencies = ["ms", "999999h", "D", "1000000D", "B", "W-TUE", "MS", "ME", "P1M", "QE", "YS", "1000000YS"]
        let span = Stamp.range.upperBound.microseconds - Stamp.range.lowerBound.microseconds
        var placedCount = 0
        for round in 0..<3000 {
            let width = max(1, span >> Int64(random.next() % 58)), end = round.isMultiple(of: 2)
            let stamps = (0..<(1 + random.next() % 6)).map { _ in
                let distance = Int64(random.next() % UInt64(width)) / 1000 * 1000
                return end
                    ? Stamp(microseconds: Stamp.range.upperBound.microseconds - distance)
                    : Stamp(microseconds: Stamp.range.lowerBound.microseconds + distance)
            }
            let zone = zones[round % zones.count]
            let name = frequencies[Int(random.next() % UInt64(frequencies.count))]
            let frequency = round % 5 == 0 ? nil : try Frequency(name)
            let rules = PlacementRules(merge: .last, resamples: round % 7 > 2)
            do throws(TimeError) {
                let placement = try SeriesPlacement(stamps, frequency: frequency, zone: zone, rules: rules)
                #expect(placement.steps.allSatisfy { (0..<placement.stepCount).contains($0) })
                placedCount += 1
            } catch {
                #expect(!error.description.isEmpty)
            }
        }
        #expect(placedCount > 500, "\(placedCount)")
    }

    @Test func daysOfAZoneAreDays() throws {
        let berlin = try Recording.zone("Europe/Berlin")
        #expect(
            try Self.place(Self.days([29, 30, 31], "2024-03"), nil, PlacementRules(), berlin).axis.frequency.unit
                == .days)
        let column = try TimestampColumn(
            ["2024-03-30T02:30+01:00", "2024-03-31T03:30+02:00", "2024-04-01T02:30+02:00"].map { .text($0) },
            zone: berlin)
        #expect(try SeriesPlacement(column.stamps, zone: berlin).axis.frequency.unit == .days)
        // 24 hours later the clock shows another time.
        let hours = try TimeAxis(
            start: column.stamps[0], frequency: try Frequency("24h"), zone: berlin
        ).stamps(count: 4)
        #expect(try SeriesPlacement(hours, zone: berlin).axis.frequency.description == "24h")
    }

    @Test func whatIsIrregularIsNamed() {
        var hours = (0..<10).map { "2024-01-01T0\($0):00:00" }
        hours[4] = "2024-01-01T04:00:01"
        #expect(
            Self.fault(hours)
                == "timestamps 4 are not on the grid of frequency h, which most have; correct them, send the "
                + "right 'frequency', or ask for resampling")
        #expect(Self.fault(hours, "h").hasPrefix("timestamps 4 are not on the grid of frequency h that the first one"))
        let months = ["2024-01-01", "2024-02-01", "2024-03-02", "2024-04-01", "2024-05-01"]
        #expect(Self.fault(months).hasPrefix("timestamps 2 are not on the grid of frequency MS, which most have"))
        let weeks = Self.days([1, 8, 16, 22, 29])
        #expect(Self.fault(weeks).hasPrefix("timestamps 2 are not on the grid of frequency W-MON"))
        let none = ["2024-01-01T00:00", "2024-01-01T00:07", "2024-01-01T01:01", "2024-01-01T05:00"]
        #expect(Self.fault(none).hasPrefix("timestamps 2, 3 have no common frequency with the others"))
        let many = (0..<20).map { "2024-01-01T00:\(10 + $0):" + ($0 % 3 == 1 ? "01" : "00") }
        #expect(Self.fault(many).hasPrefix("timestamps 1, 4, 7, 10, 13 and 2 more are not on the grid of frequency"))
    }

    @Test func fewAreNotEnough() {
        let message = "different timestamps do not show a frequency; send at least 3, or 'frequency'"
        #expect(Self.fault(["2024-01-01", "2024-01-02"]) == "2 " + message)
        #expect(Self.fault(["2024-01-01", "2024-01-02", "2024-01-02"]) == "2 " + message)
        #expect(Self.fault(["2024-01-01"], "D") == "accepted as D")
        #expect(throws: TimeError.tooFewTimestamps(count: 0, needed: 1)) { try SeriesPlacement([], zone: .floating) }
    }

    @Test func disorderIsSorted() throws {
        let texts = Self.days([3, 1, 2, 5, 4])
        let placement = try Self.place(texts)
        #expect(placement.disorder == [1, 4] && placement.steps == [2, 0, 1, 4, 3])
        #expect(placement.placed([3, 1, 2, 5, 4]) == [1, 2, 3, 4, 5])
        #expect(
            Self.fault(texts, nil, PlacementRules(refusesDisorder: true))
                == "timestamps 1, 4 are earlier than the one before; sort them")
    }

    @Test func duplicatesAreMerged() throws {
        let texts = Self.days([1, 3, 2, 2, 3, 2])
        let message = Self.fault(texts)
        #expect(message.hasPrefix("timestamps 3, 4, 5 repeat earlier ones (2024-01-02T00:00:00)"), "\(message)")
        for (rule, expected) in [
            (MergeRule.sum, [10.0, 30, 29]), (.mean, [10, 10, 14.5]), (.last, [10, 15, 20]),
        ] {
            let placement = try Self.place(texts, nil, PlacementRules(merge: rule))
            #expect(placement.duplicates == [3, 4, 5])
            #expect(placement.placed([10, 9, 5, 10, 20, 15]) == expected)
            // Missing values do not count, and alone they stay missing.
            #expect(placement.placed([10, .nan, 5, 10, 20, 15])[2] == 20)
            #expect(placement.placed([10, .nan, 5, 10, .nan, 15])[2].isNaN)
        }
    }

    @Test func irregularStampsAreResampled() throws {
        let texts = ["2024-01-01T00:10", "2024-01-01T00:50", "2024-01-01T01:05", "2024-01-01T03:59"]
        let placement = try Self.place(texts, "h", PlacementRules(resamples: true))
        #expect(placement.steps == [0, 0, 1, 3] && placement.gaps == [2..<3])
        #expect(placement.placed([1, 3, 5, 7]).map { $0.isNaN ? 0 : $0 } == [2, 5, 0, 7])
        let months = ["2024-01-01", "2024-02-01", "2024-03-02", "2024-04-01", "2024-05-01"]
        #expect(try Self.place(months, nil, PlacementRules(resamples: true)).steps == [0, 1, 2, 3, 4])
        let berlin = try Recording.zone("Europe/Berlin")
        let hours = ["2024-03-30T23:30", "2024-03-31T00:30", "2024-03-31T23:30", "2024-04-01T00:15"]
        #expect(try Self.place(hours, "D", PlacementRules(resamples: true), berlin).steps == [0, 1, 1, 2])
    }

    @Test func stepsAreLimited() {
        let texts = Self.days([1, 2, 3]) + ["9024-01-04"]
        #expect(
            Self.fault(texts, "D", PlacementRules(stepsMax: 1000)).hasSuffix(
                "steps, more than 1000; the widest gap ends at timestamp 3"))
        #expect(Self.fault(Self.days([1, 10]), "D", PlacementRules(stepsMax: 10)) == "accepted as D")
        #expect(Self.fault(Self.days([1, 11]), "D", PlacementRules(stepsMax: 10)).hasPrefix("the timestamps span 11"))
    }
}
