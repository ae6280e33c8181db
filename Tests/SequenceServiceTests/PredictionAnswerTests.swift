import JSON
import SequenceModels
import SequenceService
import Testing

@Suite struct PredictionAnswerTests {
    private func values(_ channels: Int, _ steps: Int) -> ForecastValues {
        var values = ForecastValues(channels: channels)
        for step in 0..<steps { values.append((0..<channels).map { Double(step) + Double($0) / 8 }) }
        return values
    }

    private func answer(_ predictions: [any Prediction], wantsSamples: Bool) -> PredictionAnswer {
        PredictionAnswer(
            model: "m@1", task: .forecast, predictions: predictions, timing: ["queue_ms": 1],
            encoder: PredictionEncoder(wantsSamples: wantsSamples))
    }

    @Test func shortAnswerIsOnePiece() {
        let forecast = ForecastPrediction(
            channels: 1, mean: values(1, 2), quantiles: [(0.5, values(1, 2))], samples: [values(1, 2), values(1, 2)])
        let first = answer([forecast, ValuePrediction(values: [2.5])], wantsSamples: true)
        let text = String(decoding: first.next(), as: UTF8.self)
        #expect(
            text
                == #"{"model":"m@1","task":"forecast","predictions":[{"mean":[0,1],"quantiles":{"0.5":[0,1]},"#
                + #""samples":[[0,1],[0,1]]},{"value":2.5}],"timing":{"queue_ms":1}}"#
                + "\n")
        #expect(first.isAtEnd && first.next().isEmpty)
        // Samples that were kept for something else are not told.
        #expect(
            !String(decoding: answer([forecast], wantsSamples: false).next(), as: UTF8.self).contains(
                "samples"))
    }

    @Test func longAnswerComesInPieces() throws {
        let forecast = ForecastPrediction(
            channels: 2, mean: values(2, 3), quantiles: [], samples: (0..<50).map { _ in values(2, 500) })
        let pieces = answer([any Prediction](repeating: forecast, count: 3), wantsSamples: true)
        var bytes: [UInt8] = [], sizes: [Int] = []
        while !pieces.isAtEnd {
            let piece = pieces.next()
            sizes.append(piece.count)
            bytes += piece
        }
        #expect(sizes.count > 5 && sizes.allSatisfy { $0 < 128 << 10 })
        let json = try JSONParser.parse(bytes)
        #expect(json["predictions"]?.elements?.count == 3)
        let samples = json["predictions"]?[2]?["samples"]
        #expect(samples?.elements?.count == 50 && samples?[49]?[499] == .numbers([499, 499.125]))
    }
}
