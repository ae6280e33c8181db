import SequenceModels
import Testing

/// Tests that step sessions of forecasters.
protocol SeriesSessionSuite {}

extension SeriesSessionSuite {
    /// One step: values, a horizon, and what else.
    @discardableResult
    static func step(
        _ model: SequenceModel, _ state: inout StreamState?, _ values: [Double] = [], channels: Int = 1,
        horizon: Int? = nil, advances: Bool = false, _ change: (inout PredictionRequest) -> Void = { _ in }
    ) throws -> any Prediction {
        var request = PredictionRequest()
        if !values.isEmpty { request.sequence = .numeric(NumericSeries(values: values, channels: channels)) }
        request.session = SessionStep(from: state, advances: advances, predicts: horizon != nil)
        request.horizon = horizon
        change(&request)
        let stream = try model.start(request)
        model.stepper().run(stream)
        let kept: StreamState = try #require(stream.kept)
        state = kept
        return stream.prediction
    }

    static func forecast(_ answer: any Prediction) throws -> ForecastPrediction {
        try #require(answer as? ForecastPrediction)
    }

    static func near(_ a: ForecastPrediction, _ b: ForecastPrediction) -> Bool {
        let all = [(a.mean, b.mean)] + zip(a.quantiles, b.quantiles).map { ($0.values, $1.values) }
        return all.allSatisfy { a, b in
            a.flat.count == b.flat.count
                && zip(a.flat, b.flat).allSatisfy { abs($0 - $1) <= 1e-5 * max(1, abs($0)) }
        }
    }

    static func number(_ answer: any Answer, _ name: String) -> Double? {
        for member in answer.members where member.name == name {
            switch member.value {
            case .number(let value): return value
            case .whole(let value): return Double(value)
            default: return nil
            }
        }
        return nil
    }

    static func observed(_ answer: any Answer) -> [[AnswerMember]] {
        for member in answer.members where member.name == "observed" {
            if case .list(let list) = member.value { return list }
        }
        return []
    }

    static func value(_ members: [AnswerMember], _ name: String) -> Double? {
        for member in members where member.name == name {
            if case .number(let value) = member.value { return value }
        }
        return nil
    }
}
