import SeriesTime
import Testing

import SequenceModels

@Suite struct PredictionAlignmentTests {
    private static let daily = SeriesNames(frequency: Frequency(1, .days), future: ["price"])

    // MARK: What is known ahead

    @Test func futureValuesFollowTheHistory() throws {
        // A gap in the history, rows not in order, and two values ahead without timestamps.
        let aligned = try Records.prediction([3, 1, 4], Self.daily) {
            $0.id = "store-7"
            $0.times = Records.days([3, 1, 4])
            $0.future = [Records.numbers("price", [30, 10, 40, 50, 60])]
        }
        #expect(Records.shown(aligned.targets.values) == [1, -1, 3, 4] && aligned.gapSteps == 1)
        #expect(aligned.future[0].values == .numbers([10, .nan, 30, 40, 50, 60]) && aligned.disorderedRows == 1)
        #expect(aligned.id == "store-7")
        #expect(try Records.times(aligned, 4..<6) == ["2026-01-05", "2026-01-06"])
    }

    @Test func timestampsMayReachBeyondTheHistory() throws {
        let aligned = try Records.prediction([1, 2], horizon: 3, Self.daily) {
            $0.times = Records.days([1, 2, 3, 5])
            $0.future = [Records.numbers("price", [10, 20, 30, 50])]
        }
        #expect(aligned.targets.values == [1, 2] && aligned.gapSteps == 0)
        #expect(aligned.future[0].values == .numbers([10, 20, 30, .nan, 50]))
        let faults = Records.predictionFaults([1, 3], horizon: 1, Self.daily) {
            $0.times = Records.days([1, 3, 2])
            $0.future = [Records.numbers("price", [10, 30, 20])]
        }
        #expect(faults.first?.hasPrefix("/sequence/timestamps/2: the value of row 2 is only known ahead") == true)
        #expect(
            Records.predictionFaults([1, 3], horizon: 1, SeriesNames(frequency: Frequency(1, .days))) {
                $0.times = Records.days([1, 3, 4])
            } == ["/sequence/timestamps: 3 timestamps, 2 needed: one for each step of the target"])
    }

    @Test func lengthsAheadMustBeThoseOfTheHorizon() {
        func faults(_ count: Int, isTimed: Bool = true) -> [String] {
            Records.predictionFaults([1, 2], horizon: 3, Self.daily) {
                if isTimed { $0.times = Records.days([1, 2]) }
                $0.future = [Records.numbers("price", [Double](repeating: 1, count: count))]
            }
        }
        #expect(faults(5).isEmpty && faults(5, isTimed: false).isEmpty)
        #expect(
            faults(3) == [
                "/sequence/future/price: price: known for 1 step behind the history, 3 are needed: 2 more, from "
                    + "2026-01-04 to 2026-01-05"
            ])
        #expect(
            faults(3, isTimed: false) == [
                "/sequence/future/price: price: known for 1 step behind the history, 3 are needed: 2 more, steps 2 "
                    + "to 3 of the forecast"
            ])
        #expect(
            faults(6) == [
                "/sequence/future/price: price: known for 4 steps behind the history, 3 are to be forecast: 1 too "
                    + "many, of 2026-01-06; leave them out, or send a longer 'horizon'"
            ])
        #expect(
            faults(1) == [
                "/sequence/future/price: price: 1 value, 5 are needed: one for each of the 2 steps of the history, "
                    + "then those of the 3 steps to forecast"
            ])
        #expect(
            Records.predictionFaults([1, 2], horizon: 3, Self.daily) { $0.times = Records.days([1, 2]) } == [
                "/sequence/future: 'price' is needed: 5 values, for the 2 steps of the history and the 3 to forecast, "
                    + "from 2026-01-03 to 2026-01-05"
            ])
    }

    @Test func aForecastMayBeginWithoutAHistory() throws {
        var model = Self.daily
        (model.past, model.fixed, model.channels) = (["visitors"], ["region"], ["sales", "returns"])
        let aligned = try Records.prediction([], horizon: 2, model) {
            $0.times = Records.days([1, 2])
            $0.future = [Records.numbers("price", [1, 2])]
            $0.fixed = [Records.fixed("region", .missing)]
        }
        #expect(aligned.targets == NumericSeries(values: [], channels: 2) && aligned.past[0].values == .numbers([]))
        #expect(aligned.future[0].values == .numbers([1, 2]))
        #expect(try Records.times(aligned, 0..<2) == ["2026-01-01", "2026-01-02"])
        let started = try Records.prediction([], horizon: 2) {
            $0.times = .start(.text("2026-01-01"))
        } options: {
            $0.frequency = "h"
        }
        #expect(try Records.times(started, 0..<2) == ["2026-01-01T00:00:00", "2026-01-01T01:00:00"])
    }

    // MARK: Times

    @Test func frequencyAndZoneAreTheModels() throws {
        let berlin = SeriesNames(frequency: Frequency(1, .days), zone: try Zone(name: "Europe/Berlin"))
        let aligned = try Records.prediction([1], berlin) { $0.times = Records.days([1]) }
        #expect(aligned.clock?.axis.zone == berlin.zone)
        let faults = Records.predictionFaults([1], berlin) {
            $0.times = Records.days([1])
        } options: {
            $0.frequency = "h"
            $0.zone = "UTC"
        }
        #expect(
            faults == [
                "/frequency: h, the model has learned D", "/zone: UTC, the model has learned by that of Europe/Berlin",
            ])
        // What the timestamps of a training had as an offset binds nobody.
        let offset = SeriesNames(frequency: Frequency(1, .hours), zone: .fixed(offsetSeconds: 3600))
        let summer = try Records.prediction([1], offset) { $0.times = Records.stamps(["2026-07-01T12:00:00+02:00"]) }
        #expect(try Records.times(summer, 1..<2) == ["2026-07-01T13:00:00+02:00"])
    }

    @Test func withoutAFrequencyTimestampsShowIt() throws {
        let aligned = try Records.prediction([1, 2, 3]) { $0.times = .stamps([.number(0), .number(60), .number(120)]) }
        #expect(try Records.times(aligned, 3..<5) == ["180", "240"])
        #expect(
            Records.predictionFaults([1]) { $0.times = .start(.text("2026-01-01")) } == [
                "/sequence/start: needs a 'frequency', such as \"h\" or \"D\": the model has none of its own"
            ])
        let unused = Records.predictionFaults(
            [1],
            options: {
                $0.frequency = "h"
                $0.zone = "UTC"
                $0.merge = .sum
                $0.resample = true
            })
        #expect(unused.map { String($0.prefix { $0 != ":" }) } == ["/frequency", "/zone", "/merge", "/resample"])
        // The model has a frequency: no other is of any help.
        let monthly = SeriesNames(frequency: Frequency(1, .months(.first)))
        #expect(
            Records.predictionFaults([1], monthly) { $0.times = .start(.text("2026-01-02")) } == [
                "/sequence/start: 2026-01-02T00:00:00 is not a stamp of the model's frequency MS; the next one is "
                    + "2026-02-01T00:00:00"
            ])
        #expect(
            Records.predictionFaults([1, 2, 3, 4], monthly) { $0.times = Records.days([1, 2, 5, 6]) } == [
                "/sequence/timestamps/1: this and 2 more do not follow the first timestamp at the model's frequency "
                    + "MS; correct what is wrong, or ask for resampling"
            ])
        let wide = Records.predictionFaults([1, 2], SeriesNames(frequency: Frequency(1, .seconds))) {
            $0.times = Records.stamps(["2026-01-01", "2026-01-13"])
        }
        #expect(wide.count == 1 && wide[0].hasPrefix("/sequence/timestamps: frequency s makes 1036799 steps without"))
        let beyond = Records.predictionFaults([1], Self.daily) { $0.times = Records.stamps(["9999-12-31"]) }
        #expect(beyond.first == "/sequence/timestamps: step 2 lies outside of the years 1 to 9999")
    }

    // MARK: Names

    private static let store = SeriesNames(
        channels: ["sales", "stock", "returns"], targets: ["returns", "sales"], past: ["stock", "visitors"])

    @Test func channelsComeInTheModelsOrder() throws {
        let byName = try Records.prediction([1, 10, 100, 2, 20, 200], channels: 3, Self.store) {
            $0.channels = ["stock", "sales", "returns"]
            $0.past = [Records.numbers("visitors", [7, 8], in: "past")]
        }
        #expect(byName.targets == NumericSeries(values: [100, 10, 200, 20], channels: 2))
        #expect(byName.channels == ["returns", "sales"] && byName.past.map(\.name) == ["stock", "visitors"])
        #expect(byName.past[0].values == .numbers([1, 2]))
        let list = try Records.prediction([10, 1, 100, 20, 2, 200], channels: 3, Self.store) {
            $0.past = [Records.numbers("visitors", [7, 8], in: "past")]
        }
        #expect(list.targets == byName.targets && list.past.map(\.values) == byName.past.map(\.values))
        // The targets alone; the channel that is an input stands beside them.
        let apart = try Records.prediction([100, 10, 200, 20], channels: 2, Self.store) {
            $0.past = [Records.numbers("visitors", [7, 8], in: "past"), Records.numbers("stock", [1, 2], in: "past")]
        }
        #expect(apart.targets == byName.targets && apart.past.map(\.values) == byName.past.map(\.values))
    }

    @Test func channelsThatDoNotFitAreRefused() {
        #expect(
            Records.predictionFaults([1, 2, 3], channels: 3, Self.store) { $0.channels = ["sales", "stock", "profit"] }
                == [
                    "/sequence/target/profit: no channel 'profit'; the model has channels 'sales', 'stock', 'returns'",
                    "/sequence/target: channel 'returns' is needed",
                ])
        #expect(
            Records.predictionFaults([1, 2, 3, 4], channels: 4, Self.store)
                == ["/sequence: 4 channels, the model has 3: channels 'sales', 'stock', 'returns'"])
        #expect(
            Records.predictionFaults([1]) { $0.channels = ["sales"] } == [
                "/sequence/target: the channels of this model have no names: send their values as lists"
            ])
        let missing = Records.predictionFaults([1, 2], channels: 2, Self.store)
        #expect(
            missing == [
                "/sequence/past: 'stock' is needed: 1 value, one for each step of the history, here or as a channel of "
                    + "the target",
                "/sequence/past: 'visitors' is needed: 1 value, one for each step of the history",
            ])
    }

    @Test func kindsAreThoseOfTheTraining() throws {
        var inputs = ForecastInputs()
        inputs.future = [CovariateFacts(name: "price", [.numbers([1, 2])]), CovariateFacts(name: "x", [.numbers([])])]
        inputs.past = [CovariateFacts(name: "promo", [.categories([nil, "a"])])]
        let kinds = try inputs.names().kinds
        #expect(kinds["price"] == .numbers && kinds["promo"] == .categories)
        let faults = Records.predictionFaults([1], horizon: 1, try inputs.names()) {
            $0.future = [Records.categories("price", ["a", "b"]), Records.numbers("x", [1, 2])]
            $0.past = [Records.numbers("promo", [3], in: "past")]
        }
        #expect(faults.map { $0.prefix(22) } == ["/sequence/future/price", "/sequence/past/promo: "])
    }

    @Test func covariatesAreTheModels() throws {
        var model = SeriesNames(future: ["price", "promo"], fixed: ["size", "region"])
        model.kinds = ["price": .numbers, "promo": .categories, "size": .numbers, "region": .categories]
        let aligned = try Records.prediction([1], horizon: 1, model) {
            $0.future = [Records.numbers("promo", [.nan, .nan]), Records.numbers("price", [1, 2])]
            $0.fixed = [Records.fixed("region", .category("north")), Records.fixed("size", .missing)]
        }
        #expect(aligned.future.map(\.values) == [.numbers([1, 2]), .categories([nil, nil])])
        #expect(aligned.fixed.map(\.name) == ["size", "region"])
        let faults = Records.predictionFaults([1], horizon: 1, model) {
            $0.future = [Records.categories("price", ["a", "b"]), Records.numbers("weather", [1, 2])]
            $0.past = [Records.numbers("promo", [1], in: "past"), Records.numbers("x", [1], in: "past")]
            $0.fixed = [Records.fixed("size", .category("large"))]
        }
        #expect(
            faults == [
                "/sequence/future/price: categories (texts), the model has learned 'price' as numbers",
                "/sequence/future/weather: the model does not know 'weather'; its 'future' has covariates 'price', "
                    + "'promo'",
                "/sequence/past/promo: 'promo' belongs into 'future', as in the training",
                "/sequence/past/x: the model does not know 'x'; it has no 'past'",
                "/sequence/static/size: categories (texts), the model has learned 'size' as numbers",
                "/sequence/static: 'region' is needed; null stands for what is not known",
            ])
        #expect(Records.predictionFaults([1], horizon: 1, model).allSatisfy { $0.hasPrefix("/sequence/static: ") })
        let missing = Records.predictionFaults([1], horizon: 1, model) {
            $0.fixed = [Records.fixed("region", .missing), Records.fixed("size", .missing)]
        }
        #expect(missing.count == 2 && missing.allSatisfy { $0.hasPrefix("/sequence/future: ") })
        let short = Records.predictionFaults([1, 2], SeriesNames(past: ["x"])) {
            $0.past = [Records.numbers("x", [1], in: "past")]
        }
        #expect(short == ["/sequence/past/x: x: 1 value, the history has 2 steps: one for each is needed"])
    }
}
