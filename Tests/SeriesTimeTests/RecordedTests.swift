import Testing

import SeriesTime

/// The same times as pandas and Python's zoneinfo.
@Suite struct RecordedTests {
    @Test func offsetsAreThoseOfZoneinfo() throws {
        let zones = try Recording.cases("zones", Recording.ZoneCase.self)
        #expect(zones.count >= 50)
        for zone in zones {
            let rules = try #require(try Recording.zones.get()[zone.name], "\(zone.name)")
            for index in stride(from: 0, to: zone.utc.count, by: 2) {
                let offset = rules.offsetSeconds(at: zone.utc[index])
                #expect(offset == zone.utc[index + 1], "\(zone.name) at \(zone.utc[index])")
            }
            for index in stride(from: 0, to: zone.local.count, by: 3) {
                for (fold, isSecond) in [false, true].enumerated() {
                    let offset = rules.offsetSeconds(local: zone.local[index], isSecond: isSecond)
                    #expect(offset == zone.local[index + 1 + fold], "\(zone.name) shows \(zone.local[index]), \(fold)")
                }
            }
        }
    }

    @Test func axesAreThoseOfPandas() throws {
        let cases = try Recording.cases("ranges", Recording.RangeCase.self)
        #expect(cases.count > 700)
        for item in cases {
            let expected = item.stamps
            let axis = try TimeAxis(
                start: expected[0], frequency: try Frequency(item.frequency), zone: try Recording.zone(item.zone))
            #expect(try axis.stamps(count: expected.count) == expected, "\(item.frequency) \(item.zone ?? "")")
            for (step, stamp) in expected.enumerated() where step + 1 == expected.count || expected[step + 1] > stamp {
                #expect(axis.position(of: stamp) == .step(step), "\(item.frequency) \(item.zone ?? "") \(step)")
            }
        }
    }

    @Test func twoCenturiesAreThoseOfPandas() throws {
        let cases = try Recording.cases("centuries", [Recording.Cell].self)
        #expect(cases.count > 20)
        for item in cases {
            let name = try #require(item[0].text), count = Int(try #require(item[2].number))
            let axis = try TimeAxis(
                start: Stamp(seconds: try #require(item[1].number)), frequency: try Frequency(name), zone: .floating)
            var checksum: Int64 = 0
            let modulus: Int64 = (1 << 31) - 1
            for step in 0..<count {
                let value = checksum * 31 + (try axis.stamp(step).seconds)
                checksum = value - floorDivide(value, modulus) * modulus
            }
            #expect(checksum == item[3].number, "\(name)")
        }
    }

    /// pandas knows fewer frequencies, and names some by others: what it finds must lie on the same times.
    @Test func frequenciesAreThatPandasInfers() throws {
        let cases = try Recording.cases("inferences", [Recording.Cell].self)
        #expect(cases.count > 600)
        for item in cases {
            let made = try Frequency(try #require(item[0].text)), count = Int(try #require(item[2].number))
            let start = Stamp(microseconds: try #require(item[1].number) * 1000)
            let stamps = try TimeAxis(start: start, frequency: made, zone: .floating).stamps(count: count)
            guard let name = item[3].text else {
                // Three or four business days over a weekend: pandas finds nothing in them.
                #expect(made.unit == .businessDays, "\(made) \(start)")
                continue
            }
            #expect(
                FrequencyInference.infer(stamps, .floating) == .found(try Frequency(name)),
                "\(count) of \(made) from \(start.seconds), \(name)")
        }
    }

    @Test func periodsAreThoseOfPandas() throws {
        let cases = try Recording.cases("resamplings", Recording.ResamplingCase.self)
        #expect(cases.count > 15)
        for item in cases {
            let placement = try SeriesPlacement(
                item.times.map { Stamp(seconds: $0) }, frequency: try Frequency(item.frequency), zone: .floating,
                rules: PlacementRules(resamples: true))
            #expect(placement.axis.start.seconds == item.first, "\(item.frequency)")
            #expect(placement.steps == item.steps, "\(item.frequency)")
        }
    }

    @Test func featuresAreThoseOfPandas() throws {
        let rows = try Recording.cases("features", [Double].self)
        #expect(rows.count == 300)
        for row in rows {
            let local = Zone.floating.local(Stamp(seconds: Int64(row[0])))
            let date = local.date
            #expect(CivilDate.daysInMonth(year: date.year, month: date.month) == Int(row[4]))
            #expect(date.week == Int(row[6]) && date.dayOfYear == Int(row[5]) && date.month == Int(row[7]))
            #expect(Int(CalendarFeature.hourOfDay.value(local) * 24 + 1e-9) == Int(row[1]))
            #expect((CalendarFeature.dayOfWeek.value(local) * 7).rounded() == row[2])
            #expect((CalendarFeature.dayOfMonth.value(local) * row[4]).rounded() == row[3] - 1)
            let days = CivilDate.isLeap(year: date.year) ? 366.0 : 365
            #expect((CalendarFeature.dayOfYear.value(local) * days).rounded() == row[5] - 1)
            #expect((CalendarFeature.weekOfYear.value(local) * 53).rounded() == row[6] - 1)
            #expect((CalendarFeature.monthOfYear.value(local) * 12).rounded() == row[7] - 1)
            #expect(CalendarFeature.quarterOfYear.value(local) * 4 == row[8] - 1)
        }
    }
}
