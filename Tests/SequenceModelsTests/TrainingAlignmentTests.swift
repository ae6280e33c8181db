import SeriesTime
import Testing

import SequenceModels

@Suite struct TrainingAlignmentTests {
    // MARK: Times

    @Test func gapsDuplicatesAndDisorderAreCounted() throws {
        let example = Records.example([4, 1, 2, 8, 6]) {
            $0.times = Records.days([4, 1, 2, 4, 6])
            $0.future = [Records.numbers("price", [40, 10, 20, 80, 60])]
            $0.past = [Records.categories("promo", ["d", "a", nil, "e", "f"], in: "past")]
        }
        #expect(
            Records.trainingFaults([example]).first?.hasPrefix(
                "/sequences/0/timestamps/3: timestamps 3 repeat earlier ones") == true)
        let (series, frequency, zone) = try Records.training([example]) {
            $0.merge = .sum; $0.frequency = "D"
        }
        #expect(frequency == Frequency(1, .days) && zone == .floating)
        #expect(Records.shown(series[0].targets.values) == [1, 2, -1, 12, -1, 6])
        #expect(series[0].future[0].values == .numbers([10, 20, .nan, 120, .nan, 60]))
        #expect(series[0].past[0].values == .categories(["a", nil, nil, "e", nil, "f"]))
        #expect(series[0].gapSteps == 2 && series[0].mergedRows == 1 && series[0].disorderedRows == 1)
        #expect(try Records.times(series[0], 0..<7) == (1...7).map { "2026-01-0\($0)" })
    }

    /// Hours of a day on which clocks go back: 02:00 to 03:00 is there twice.
    @Test func aZoneTellsTwoHoursApart() throws {
        let hours = ["00", "01", "02", "02", "03", "04"].map { "2026-10-25T\($0):00" }
        let example = Records.example([0, 1, 2, 3, 4, 5]) { $0.times = Records.stamps(hours) }
        #expect(Records.trainingFaults([example]).count == 1)
        let (series, frequency, zone) = try Records.training([example]) { $0.zone = "Europe/Berlin" }
        #expect(frequency == Frequency(1, .hours))
        #expect(try zone == Zone(name: "Europe/Berlin"))
        #expect(series[0].targets.values == [0, 1, 2, 3, 4, 5] && series[0].gapSteps == 0)
        #expect(try Records.times(series[0], 0..<6) == hours)
        // In spring an hour is not there, and a row that says it is at fault.
        let spring = ["00", "01", "02", "03"].map { "2026-03-29T\($0):00" }
        let faults = Records.trainingFaults([Records.example([0, 1, 2, 3]) { $0.times = Records.stamps(spring) }]) {
            $0.zone = "Europe/Berlin"
        }
        #expect(
            faults.count == 1 && faults[0].hasPrefix("/sequences/0/timestamps/2: '2026-03-29T02:00:00': the clocks"))
    }

    @Test func monthsAndBusinessDaysAreOfTheCalendar() throws {
        let months = Records.example([1, 2, 4]) {
            $0.times = Records.stamps(["2024-01-31", "2024-02-29", "2024-04-30"])
        }
        let monthly = try Records.training([months])
        #expect(monthly.frequency == Frequency(1, .months(.last)) && monthly.series[0].gapSteps == 1)
        #expect(Records.shown(monthly.series[0].targets.values) == [1, 2, -1, 4])
        #expect(try Records.times(monthly.series[0], 4..<6) == ["2024-05-31", "2024-06-30"])
        let week = Records.example([1, 2, 3]) { $0.times = Records.days([5, 6, 7]) }
        let weeks = Records.example([1, 2, 3, 4]) { $0.times = Records.days([8, 9, 12, 13]) }
        // Three days of one week look like days; with the other series they are business days.
        #expect(try Records.training([week]).frequency == Frequency(1, .days))
        let business = try Records.training([week, weeks])
        #expect(business.frequency == Frequency(1, .businessDays) && business.series.allSatisfy { $0.gapSteps == 0 })
        #expect(try Records.times(business.series[0], 3..<6) == ["2026-01-08", "2026-01-09", "2026-01-12"])
    }

    @Test func aStartAndAFrequencyAreAnAxis() throws {
        let example = Records.example([1, 2, 3]) { $0.times = .start(.text("2026-01-31")) }
        let aligned = try Records.training([example]) { $0.frequency = "P1M" }
        #expect(
            try Records.times(aligned.series[0], 0..<4) == ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"])
        // Without one no time is known, as in jobs that were stored before there were frequencies.
        let untimed = try Records.training([example])
        #expect(untimed.series[0].clock == nil && untimed.frequency == nil && untimed.zone == nil)
        // Nothing of them was looked at then.
        let old = Records.example([1, 2]) { $0.times = .start(.text("whenever")) }
        #expect(try Records.training([old, Records.example([1])]).series.allSatisfy { $0.clock == nil })
        let faults = Records.trainingFaults([example]) { $0.frequency = "MS" }
        #expect(
            faults.count == 1 && faults[0].hasPrefix("/sequences/0/start: start 2026-01-31T00:00:00 is not a stamp"))
        #expect(
            Records.trainingFaults([Records.example([1]) { $0.times = .start(.text("yesterday")) }]) {
                $0.frequency = "D"
            }[0].hasPrefix("/sequences/0/start: 'yesterday': not a timestamp"))
    }

    @Test func shortAndSparseSeriesTakeTheFrequencyOfOthers() throws {
        let long = Records.example([1, 2, 3]) { $0.times = Records.days([1, 2, 3]) }
        let short = Records.example([1, 2]) { $0.times = Records.days([1, 9]) }
        // A series of which most is missing, and one that only begins.
        let sparse = Records.example([1, 2, 3]) { $0.times = Records.days([1, 12, 31]) }
        let begins = Records.example([1]) { $0.times = .start(.text("2026-02-01")) }
        let aligned = try Records.training([short, sparse, long, begins])
        #expect(aligned.frequency == Frequency(1, .days) && aligned.series.map(\.gapSteps) == [7, 28, 0, 0])
        #expect(try Records.times(aligned.series[3], 0..<1) == ["2026-02-01"])
        #expect(
            Records.trainingFaults([short]) == [
                "/sequences/0/timestamps: 2 different timestamps do not show a frequency; send at least 3, or "
                    + "'frequency'"
            ])
    }

    @Test func frequenciesMustAgree() throws {
        let daily = Records.example([1, 2, 3]) { $0.times = Records.days([1, 2, 4]) }
        let every = Records.example([1, 2, 3]) { $0.times = Records.days([1, 3, 5]) }
        #expect(try Records.training([every, daily]).frequency == Frequency(1, .days))
        let sunday = Records.example([1, 2, 3]) { $0.times = Records.days([4, 11, 18]) }
        let monday = Records.example([1, 2, 3]) { $0.times = Records.days([5, 12, 19]) }
        let faults = Records.trainingFaults([sunday, monday])
        #expect(
            faults == [
                "/sequences/1/timestamps: its frequency is W-MON, that of /sequences/0 is W-SUN, and a model has one; "
                    + "train them apart, or send 'frequency' and ask for resampling"
            ])
        let resampled = try Records.training([sunday, monday]) {
            $0.resample = true; $0.frequency = "W-SUN"
        }
        #expect(resampled.series[1].targets.values == [1, 2, 3])
        #expect(try Records.times(resampled.series[1], 0..<1) == ["2026-01-11"])
    }

    @Test func timesOfSomeAreAFault() {
        let timed = Records.example([1, 2, 3]) { $0.times = Records.days([1, 2, 3]) }
        let faults = Records.trainingFaults([timed, timed, Records.example([1, 2, 3])])
        #expect(faults.count == 1 && faults[0].hasPrefix("/sequences/2: when its steps are is not said"))
    }

    @Test func badTimestampsHaveTheirPlaces() {
        func faults(_ texts: [String], _ change: (inout ForecastRequest) -> Void = { _ in }) -> [String] {
            let values = [Double](repeating: 1, count: texts.count)
            return Records.trainingFaults([Records.example(values) { $0.times = Records.stamps(texts) }], change)
        }
        #expect(
            faults(["2026-01-01", "2026-02-30"])[0].hasPrefix("/sequences/0/timestamps/1: '2026-02-30': day 30 of"))
        #expect(faults(["2026-01-01", "1767225600"])[0].hasPrefix("/sequences/0/timestamps/1: numbers and dates"))
        #expect(
            faults(["2026-01-01", "2026-01-02", "2026-01-03T01:00", "2026-01-04"]) { $0.frequency = "D" }[0].hasPrefix(
                "/sequences/0/timestamps/2: timestamps 2 are not on the grid of frequency D"))
        #expect(
            faults(["2026-01-01", "2026-01-02", "0002-01-03"]) { $0.frequency = "s" }[0].contains("steps, more than"))
        #expect(
            Records.trainingFaults([Records.example([1, 2]) { $0.times = Records.days([1]) }]) == [
                "/sequences/0/timestamps: 1 timestamp, 2 needed: one for each step of the target"
            ])
        #expect(
            Records.trainingFaults([Records.example([1])]) {
                $0.frequency = "fortnight"; $0.zone = "Berlin"; $0.merge = .sum
            }.map { String($0.prefix(20)) } == ["/forecast/frequency:", "/forecast/zone: time"])
    }

    /// A few rows must not take the memory of a million.
    @Test func wideGapsOfManySeriesAreRefused() {
        let wide = Records.example([1, 2, 3]) {
            $0.times = Records.stamps(["2026-01-01T00:00:00", "2026-01-01T00:00:01", "2026-03-01T00:00:00"])
        }
        let faults = Records.trainingFaults([wide, wide, wide]) { $0.frequency = "s" }
        #expect(faults.count == 1 && faults[0].hasPrefix("/sequences/1/timestamps: frequency s makes 5097598 steps"))
    }

    // MARK: Names

    @Test func channelsComeInOneOrderAndTargetsChoose() throws {
        let first = Records.example([1, 10, 2, 20], channels: 2) { $0.channels = ["sales", "returns"] }
        let second = Records.example([30, 3, 40, 4], channels: 2) { $0.channels = ["returns", "sales"] }
        let all = try Records.training([first, second]).series
        #expect(all.allSatisfy { $0.channels == ["sales", "returns"] })
        #expect(all[1].targets == NumericSeries(values: [3, 30, 4, 40], channels: 2))
        let chosen = try Records.training([first, second]) { $0.targets = ["returns"] }.series
        #expect(chosen.allSatisfy { $0.channels == ["returns"] && $0.past.map(\.name) == ["sales"] })
        #expect(chosen[1].targets == NumericSeries(values: [30, 40]) && chosen[1].past[0].values == .numbers([3, 4]))
        let list = Records.example([1, 10, 2, 20], channels: 2)
        let named = try Records.training([list]) {
            $0.channels = ["a", "b"]; $0.targets = ["b"]
        }.series[0]
        #expect(named.channels == ["b"] && named.past[0].values == .numbers([1, 2]))
    }

    @Test func namesThatDoNotFitAreRefused() {
        let list = Records.example([1, 10, 2, 20], channels: 2)
        let named = Records.example([1, 10, 2, 20], channels: 2) { $0.channels = ["sales", "returns"] }
        let other = Records.example([1, 2]) { $0.channels = ["sale/s"] }
        #expect(
            Records.trainingFaults([named, list])[0].hasPrefix(
                "/sequences/1: its channels have no names, those of /sequences/0 have"))
        #expect(
            Records.trainingFaults([named, other]) == [
                "/sequences/1/target/sale~1s: no channel 'sale/s' in /sequences/0, which has channels 'sales', "
                    + "'returns'",
                "/sequences/1/target: channels 'sales', 'returns' of /sequences/0 is not there",
            ])
        #expect(
            Records.trainingFaults([list]) { $0.channels = ["a", "b", "c"] } == [
                "/sequences/0: 2 channels, their names are 3: channels 'a', 'b', 'c'"
            ])
        #expect(
            Records.trainingFaults([named]) { $0.channels = ["sales", "stock"] } == [
                "/forecast/channels: the first series has others: channels 'sales', 'returns'"
            ])
        #expect(
            Records.trainingFaults([list]) { $0.targets = ["a"] }[0].hasPrefix(
                "/forecast/targets: the channels have no names"))
        #expect(
            Records.trainingFaults([named]) { $0.targets = ["profit", "sales", "sales"] } == [
                "/forecast/targets/2: 'sales' is there twice",
                "/forecast/targets/0: no channel 'profit'; there are channels 'sales', 'returns'",
            ])
        #expect(
            Records.trainingFaults([list]) { $0.channels = ["a", "a"] } == ["/forecast/channels/1: 'a' is there twice"])
        #expect(
            Records.trainingFaults([named]) { $0.targets = [] } == ["/forecast/targets: at least one name is needed"])
    }

    @Test func idsDoNotRepeat() {
        let store = Records.example([1, 2]) { $0.id = "store-7" }
        #expect(
            Records.trainingFaults([store, Records.example([1]), store]) == [
                "/sequences/2/id: 'store-7' is the id of /sequences/0, too"
            ])
    }

    // MARK: Covariates

    @Test func covariatesComeInOneOrderAndOneKind() throws {
        let first = Records.example([1, 2]) {
            $0.future = [Records.numbers("price", [5, .nan]), Records.categories("promo", ["half", nil])]
            $0.fixed = [Records.fixed("size", .number(3)), Records.fixed("region", .missing)]
        }
        let second = Records.example([3, 4]) {
            $0.future = [Records.numbers("promo", [.nan, .nan]), Records.numbers("price", [6, 7])]
            $0.fixed = [Records.fixed("region", .category("north")), Records.fixed("size", .missing)]
        }
        let series = try Records.training([first, second]).series
        #expect(series.allSatisfy { $0.future.map(\.name) == ["price", "promo"] })
        #expect(series[1].future[1].values == .categories([nil, nil]))
        #expect(series[1].fixed.map(\.value) == [.missing, .category("north")])
    }

    @Test func covariatesOfSomeAreAFault() {
        let first = Records.example([1, 2]) {
            $0.future = [Records.numbers("price", [5, 6])]
            $0.fixed = [Records.fixed("size", .number(3))]
        }
        let second = Records.example([3, 4]) {
            $0.future = [Records.numbers("pric", [6, 7])]
            $0.fixed = [Records.fixed("size", .category("large"))]
        }
        #expect(
            Records.trainingFaults([first, second]) == [
                "/sequences/1/future/pric: 'pric' is not known of /sequences/0: all series have the same inputs",
                "/sequences/1/future: covariate 'price' of /sequences/0 is not there: all series have the same inputs, "
                    + "and null stands for what is not known",
            ])
        let third = Records.example([3, 4]) {
            $0.future = [Records.categories("price", ["a", "b"])]
            $0.fixed = [Records.fixed("size", .category("large"))]
        }
        #expect(
            Records.trainingFaults([first, third])[0]
                == "/sequences/1/future/price: categories (texts), in /sequences/0 'price' is numbers")
    }

    @Test func lengthsNamesAndLimitsAreChecked() {
        let bad = Records.example([1, 2]) {
            $0.channels = ["sales"]
            $0.future = [Records.numbers("price", [5, 6, 7]), Records.numbers("sales", [1, 2])]
            $0.past = [Records.numbers("price", [5, 1e31], in: "past"), Records.numbers("", [1, 2], in: "past")]
            $0.fixed = [Records.fixed("size", .number(-1e31))]
        }
        #expect(
            Records.trainingFaults([bad]) == [
                "/sequences/0/future/sales: 'sales' is already the name of a channel: each input has its own",
                "/sequences/0/past/price: 'price' is already the name of another covariate: each input has its own",
                "/sequences/0/past/: a name of 0 bytes, 1 to 256 are allowed",
                "/sequences/0/past/price/1: magnitude above 1e+30",
                "/sequences/0/static/size: magnitude above 1e+30",
                "/sequences/0/future/price: 3 values, the target has 2 steps: one for each is needed",
            ])
        let many = Records.example([1]) { record in
            record.future = (0...ModelLimits.covariatesMax).map { Records.numbers("x\($0)", [1]) }
        }
        #expect(Records.trainingFaults([many]) == ["/sequences/0/future: 257 covariates, at most 256"])
        let long = String(repeating: "x", count: 257)
        #expect(
            Records.trainingFaults([Records.example([1]) { $0.past = [Records.categories("a", [long], in: "past")] }])
                == ["/sequences/0/past/a/0: a category has at most 256 bytes"])
    }

    @Test func faultsAreBounded() {
        let series = (0..<100).map { _ in Records.example([1]) { $0.past = [Records.numbers("a", [], in: "past")] } }
        #expect(Records.trainingFaults(series).count == ModelLimits.faultsMax)
    }
}
