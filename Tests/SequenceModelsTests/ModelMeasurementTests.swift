import Kernels
import Testing

import SequenceModels

@Suite struct ModelMeasurementTests {
    private let pool = ComputePool(threads: 1)
    private let airline = Airline.passengers.map { Double($0) }

    private func parent(_ trained: TrainedModel) -> ParentModel {
        ParentModel(name: "air@1", description: trained.description, tensors: trained.tensors)
    }

    /// The errors of the last value by hand, and those of the model by its own answers.
    @Test func forecastsAreMeasuredFromTheEnds() throws {
        var request = SmallProblem.request(epochs: 2, batch: 8, hidden: 8)
        request.forecast.horizon = 6
        let trained = try train(request, [series(Array(airline.prefix(108)))])
        let measured = try ModelMeasurement.of(
            parent(trained), on: [series(airline)], MeasurementRequest(origins: 3), pool: pool)
        let evaluation = measured.evaluation
        #expect(evaluation.basis == "1 series × 3 origins")
        #expect(measured.steps?.count == 6 && measured.series?.map(\.index) == [0])
        let model = try SequenceModel(description: trained.description, tensors: trained.tensors)
        var last = 0.0, own = 0.0
        for at in [126, 132, 138] {
            let history = Array(airline.prefix(at))
            var question = PredictionRequest()
            (question.sequence, question.horizon) = (.numeric(NumericSeries(values: history)), 6)
            let stream = try model.start(question)
            model.stepper().run(stream)
            let answer = try #require(stream.prediction as? ForecastPrediction)
            for step in 0..<6 {
                last += abs(airline[at + step] - history[at - 1])
                own += abs(airline[at + step] - answer.mean[step][0])
            }
        }
        #expect(abs((evaluation.baselines["last_value"]?["mae"] ?? 0) - last / 18) < 1e-9)
        #expect(abs((evaluation.metrics["mae"] ?? 0) - own / 18) < 1e-6 * own)
    }

    @Test func aHorizonOfItsOwn() throws {
        var request = SmallProblem.request(epochs: 1, batch: 8, hidden: 8)
        request.forecast.horizon = 6
        let trained = try train(request, [series(airline)])
        let measured = try ModelMeasurement.of(
            parent(trained), on: [series(airline), series(Array(airline.suffix(40)))],
            MeasurementRequest(horizon: 12, origins: 2), pool: pool)
        #expect(measured.steps?.count == 12 && measured.series?.map(\.index) == [0, 1])
        // Half of the shorter one is 20 steps: its origins lie less than a horizon apart.
        #expect(measured.evaluation.basis == "2 series × 2 origins")
    }

    /// Counting answers of the cases themselves would be no baseline.
    @Test func otherTasksAreMeasuredAlone() throws {
        let trained = try train(SmallProblem.request(epochs: 4, batch: 8, hidden: 8), SmallProblem.labelled)
        let measured = try ModelMeasurement.of(
            parent(trained), on: SmallProblem.labelled, MeasurementRequest(), pool: pool)
        #expect(measured.evaluation.metrics["accuracy"] != nil && measured.evaluation.baselines.isEmpty)
        #expect(measured.evaluation.comparison == nil && measured.steps == nil && measured.series == nil)
        #expect(measured.evaluation.verdict.hasPrefix("measured alone"))
    }

    @Test func foreignSequencesAreRefused() throws {
        let trained = try train(SmallProblem.request(epochs: 1, batch: 8, hidden: 8), [series(airline)])
        #expect(throws: Faults.self) {
            try ModelMeasurement.of(parent(trained), on: SmallProblem.labelled, MeasurementRequest(), pool: pool)
        }
    }
}
