import Kernels
import RecurrentLayers
import SequenceModels
import SeriesTime
import Testing

/// Series that follow what is known beside them: a model that reads it must do far better than one that cannot.
@Suite struct CovariateTests {
    private static let steps = 240, horizon = 8

    /// Independent draws: nothing of the past tells the next one.
    private static func draws(_ stream: UInt64, count: Int = steps + horizon) -> [Double] {
        let random = CounterRandom(seed: 17, stream: stream)
        return (0..<count).map { random.uniform(UInt64($0)) }
    }

    private static let noise = draws(1).map { 0.2 * ($0 - 0.5) }
    private static let price = draws(2)
    private static let promotion = draws(3).map { $0 < 0.3 ? "half" : $0 < 0.6 ? "none" : "gift" }
    /// 10 + 8·price, and what a promotion adds.
    private static let sales = price.indices.map { t in
        10 + 8 * price[t] + (promotion[t] == "half" ? 6 : promotion[t] == "gift" ? -3 : 0) + noise[t]
    }

    private static func record(_ count: Int = steps) -> SeriesRecord {
        var record = SeriesRecord()
        record.future = [
            Covariate(name: "price", values: .numbers(Array(price.prefix(count))), place: "/future/price"),
            Covariate(name: "promo", values: .categories(promotion.prefix(count).map { $0 }), place: "/future/promo"),
        ]
        return record
    }

    private static func example(_ record: SeriesRecord?, _ values: [Double]) -> TrainingExample {
        var example = TrainingExample(input: .numeric(NumericSeries(values: values)))
        example.record = record
        return example
    }

    private static func request(epochs: Int = 25) -> SettingsRequest {
        var request = SmallProblem.request(epochs: epochs, batch: 16, hidden: 24)
        request.forecast.seasonality = 1
        request.forecast.horizon = horizon
        request.training.optimizer.learningRate = 0.01
        return request
    }

    /// Trained once for all tests that only look at it.
    private static let seller = Result {
        try train(request(), [example(record(), Array(sales.prefix(steps)))])
    }

    private static func model(_ trained: TrainedModel) throws -> SequenceModel {
        try SequenceModel(description: trained.description, tensors: trained.tensors)
    }

    private func ask(_ record: SeriesRecord?, _ values: [Double] = Array(sales.prefix(steps))) -> PredictionRequest {
        var request = PredictionRequest()
        request.sequence = .numeric(NumericSeries(values: values))
        request.record = record
        return request
    }

    private func forecast(_ model: SequenceModel, _ request: PredictionRequest) throws -> ForecastPrediction {
        try #require(try model.predict(request) as? ForecastPrediction)
    }

    private func error(_ forecast: ForecastPrediction, _ truth: [Double]) -> Double {
        zip(forecast.mean.flat, truth).reduce(0) { $0 + abs($1.0 - $1.1) } / Double(truth.count)
    }

    // MARK: What they are worth

    @Test func pricesAndPromotionsAreRead() throws {
        let model = try Self.model(Self.seller.get())
        let truth = Array(Self.sales.suffix(Self.horizon))
        let found = error(try forecast(model, ask(Self.record(Self.steps + Self.horizon))), truth)
        let blindly = try train(Self.request(), [Self.example(nil, Array(Self.sales.prefix(Self.steps)))])
        let blind = error(try forecast(Self.model(blindly), ask(nil)), truth)
        #expect(found < 1 && found < 0.3 * blind, "\(found) with, \(blind) without")
    }

    @Test func aMissingCovariateIsMasked() throws {
        let model = try Self.model(Self.seller.get())
        var record = Self.record(Self.steps + Self.horizon)
        record.future[0].values = .numbers(
            Self.price.prefix(Self.steps) + [Double](repeating: .nan, count: Self.horizon))
        let truth = Array(Self.sales.suffix(Self.horizon))
        let found = error(try forecast(model, ask(record)), truth)
        // About the mean of the price: its deviation of 8 / √12 remains, and nothing worse.
        #expect(found < 4, "\(found)")
    }

    @Test func aCategoryNeverSeenIsOneThatIsNotKnown() throws {
        let model = try Self.model(Self.seller.get())
        var strange = Self.record(Self.steps + Self.horizon), unknown = strange
        let seen = Self.promotion.prefix(Self.steps).map { $0 as String? }
        strange.future[1].values = .categories(seen + [String?](repeating: "coupon", count: Self.horizon))
        unknown.future[1].values = .categories(seen + [String?](repeating: nil, count: Self.horizon))
        let (a, b) = (try forecast(model, ask(strange)), try forecast(model, ask(unknown)))
        #expect(a.mean == b.mean && a.mean.flat.allSatisfy { $0.isFinite })
    }

    @Test func staticCovariatesTellSeriesApart() throws {
        // Two kinds of series that look alike until they turn: only the kind tells which way.
        let horizon = Self.horizon
        func values(_ index: Int) -> [Double] {
            let random = CounterRandom(seed: UInt64(index), stream: 5)
            return (0..<60).map { t in
                (index % 2 == 0 ? 1.0 : -1.0) * Double(t) * 0.5 + 0.1 * random.uniform(UInt64(t))
            }
        }
        func record(_ index: Int) -> SeriesRecord {
            var record = SeriesRecord()
            record.fixed = [
                StaticCovariate(
                    name: "kind", value: .category(index % 2 == 0 ? "up" : "down"), place: "/static/kind")
            ]
            return record
        }
        let examples = (0..<12).map { Self.example(record($0), values($0)) }
        let model = try Self.model(train(Self.request(epochs: 15), examples))
        // Two steps of history are too few to see a slope in the noise of the pooled drift, which is 0.
        for index in 0..<2 {
            let start = Array(values(index).prefix(3))
            let answer = try forecast(model, ask(record(index), start))
            let slope = (answer.mean.flat[horizon - 1] - start[2]) / Double(horizon)
            #expect(index == 0 ? slope > 0.1 : slope < -0.1, "slope \(slope) of series \(index)")
        }
    }

    @Test func pastCovariatesEndWithTheHistory() throws {
        // Each value repeats what was announced one step before.
        let announced = Self.draws(9).map { 10 * $0 }
        let values = announced.indices.map { $0 == 0 ? 5 : announced[$0 - 1] }
        func record(_ count: Int) -> SeriesRecord {
            var record = SeriesRecord()
            record.past = [
                Covariate(name: "announced", values: .numbers(Array(announced.prefix(count))), place: "/past/announced")
            ]
            return record
        }
        let trained = try train(Self.request(), [Self.example(record(Self.steps), Array(values.prefix(Self.steps)))])
        let model = try Self.model(trained)
        var first = 0.0, later = 0.0
        for count in 200..<Self.steps {
            let answer = try forecast(model, ask(record(count), Array(values.prefix(count))))
            first += abs(answer.mean.flat[0] - values[count])
            later += abs(answer.mean.flat[1] - values[count + 1])
        }
        // The first step is announced; of the second nothing is known, and the model says its mean.
        #expect(first / 40 < 0.8 && later / 40 > 1.5 && later / 40 < 4, "\(first / 40), then \(later / 40)")
    }

    // MARK: Times

    private static let hours = "2026-01-05T00:00:00"

    private static func timed(from start: String = hours) -> SeriesRecord {
        var record = SeriesRecord()
        record.id = "north"
        record.times = .start(.text(start))
        return record
    }

    /// Two weeks and more of hours: a working day, and nothing at the weekend.
    private static func office(_ t: Int) -> Double {
        let day = t / 24 % 7, hour = t % 24
        let noise = 0.2 * CounterRandom(seed: 3, stream: 3).uniform(UInt64(t))
        return day < 5 && hour >= 8 && hour < 18 ? 20 + Double(hour) + noise : 5 + noise
    }

    @Test func theCalendarComesByItself() throws {
        let values = (0..<24 * 40).map(Self.office)
        var request = Self.request(epochs: 6)
        request.forecast.seasonality = nil
        request.forecast.frequency = "h"
        request.forecast.horizon = 48
        let plan = try Planner.plan(
            request: request, examples: [Self.example(Self.timed(), values)], validation: nil)
        let forecast = try #require(plan.settings.forecast)
        #expect(forecast.frequency == "h" && forecast.calendar == true)
        #expect(forecast.seasonality == 24 && forecast.lags == [168])
        #expect(plan.notes.contains { $0.contains("168") && $0.contains("24") }, "\(plan.notes)")
        #expect(plan.notes.contains { $0.contains("day of the week") || $0.contains("hour") }, "\(plan.notes)")
        let trained = try train(request, [Self.example(Self.timed(), values)])
        // From Friday noon on: the weekend is the question.
        let from = 24 * 39 + 12 - 24 * 2
        var asked = ask(Self.timed(), Array(values.prefix(from)))
        asked.horizon = 48
        let answer = try self.forecast(Self.model(trained), asked)
        let truth = (from..<from + 48).map(Self.office)
        #expect(error(answer, truth) < 2.5, "\(error(answer, truth))")
    }

    @Test func answersHaveTimesAndNames() throws {
        var request = Self.request(epochs: 1)
        request.forecast.frequency = "MS"
        let values = (0..<40).map { Double($0 % 5) }
        let model = try Self.model(
            train(request, [Self.example(Self.timed(from: "2026-01-01"), values)]))
        var asked = ask(Self.timed(from: "2027-11-01"), Array(values.prefix(3)))
        asked.horizon = 3
        let answer = try forecast(model, asked)
        #expect(answer.timestamps == ["2028-02-01", "2028-03-01", "2028-04-01"].map { .text($0) })
        #expect(answer.members.map(\.name) == ["id", "timestamps", "mean", "quantiles"])
        let stream = try model.start(asked)
        _ = stream.warmUp()
        let stepper = model.stepper()
        let event = try #require(stepper.step([stepper.admit(stream)]).first?.first as? ForecastEvent)
        #expect(event.timestamp == .text("2028-02-01") && event.names.id == "north")
        #expect(event.members.map(\.name).prefix(3) == ["id", "step", "timestamp"])
    }

    // MARK: What stays

    /// A stream that goes on from another one reads the covariates of the steps to come from its state.
    @Test func aStateKnowsWhatIsKnownAhead() throws {
        let model = try Self.model(Self.seller.get())
        let asked = ask(Self.record(Self.steps + Self.horizon))
        let whole = try forecast(model, asked)
        let (first, stepper) = (try model.start(asked), model.stepper())
        _ = first.warmUp()
        for _ in 0..<3 { _ = stepper.step([stepper.admit(first)]) }
        var onward = PredictionRequest()
        onward.state = first.state
        let second = try model.start(onward)
        stepper.run(second)
        let answer = try #require(second.prediction as? ForecastPrediction)
        #expect(answer.mean == whole.mean)
        // More steps than it knows covariates of.
        onward.horizon = Self.horizon + 1
        #expect(try pointers { _ = try model.start(onward) } == ["/state"])
    }

    @Test func whatIsNotThereIsNamed() throws {
        let model = try Self.model(Self.seller.get())
        #expect(try pointers { _ = try model.start(ask(nil)) }.contains { $0.hasPrefix("/sequence") })
        var short = Self.record(Self.steps + Self.horizon)
        short.future[0].values = .numbers(Array(Self.price.prefix(Self.steps + 3)))
        do {
            _ = try model.start(ask(short))
            Issue.record("3 of 8 prices are enough")
        } catch {
            let fault = try #require(error.list.first)
            #expect(fault.pointer == "/sequence/future/price" && fault.detail.contains("5 more"), "\(fault)")
        }
    }

    /// A series of which nothing is known begins as those of its kind.
    @Test func aSeriesWithoutHistoryIsLikeItsKind() throws {
        func record(_ kind: String) -> SeriesRecord {
            var record = SeriesRecord()
            record.fixed = [StaticCovariate(name: "kind", value: .category(kind), place: "/static/kind")]
            return record
        }
        let noise = Self.draws(11)
        let examples = (0..<10).map { index in
            Self.example(
                record(index % 2 == 0 ? "low" : "high"),
                (0..<40).map { (index % 2 == 0 ? 10.0 : 200.0) + noise[(index * 17 + $0) % noise.count] })
        }
        let model = try Self.model(train(Self.request(epochs: 3), examples))
        let low = try forecast(model, ask(record("low"), [])), high = try forecast(model, ask(record("high"), []))
        #expect(low.mean.flat.allSatisfy { abs($0 - 10) < 20 }, "\(low.mean.flat)")
        #expect(high.mean.flat.allSatisfy { abs($0 - 200) < 40 }, "\(high.mean.flat)")
        let unknown = try forecast(model, ask(record("medium"), []))
        #expect(unknown.mean.flat.allSatisfy { $0 > 40 && $0 < 170 }, "\(unknown.mean.flat)")
    }
}
