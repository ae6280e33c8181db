import JSON
package import SequenceModels

/// The answer to a request in DeepAR's form: `{"predictions": […]}`, or a line each.
package struct DeepARAnswer: Sendable {
    let configuration: DeepARConfiguration
    /// A line for each prediction, as the instances came.
    package let isLines: Bool

    /// The answer, to be written piece by piece.
    ///
    /// - Parameter predictions: one for each instance.
    package func pieces(_ predictions: [any Prediction]) -> PredictionAnswer {
        let lines = PredictionAnswer.Frame(head: [], separator: UInt8(ascii: "\n"), tail: Array("\n".utf8))
        let texts = Dictionary(configuration.levels.map { ($0.level, $0.text) }) { first, _ in first }
        let wantsMean = configuration.outputs.contains(.mean)
        return PredictionAnswer(
            isLines ? lines : PredictionAnswer.Frame(JSONObject(), member: "predictions"), predictions: predictions,
            listsLongMembers: configuration.outputs.contains(.samples)
        ) { prediction, _ in
            guard let forecast = prediction as? ForecastPrediction else { return JSONObject() }
            var members = JSONObject()
            if wantsMean { members.append("mean", PredictionEncoder.json(.path(forecast.mean))) }
            if configuration.outputs.contains(.quantiles) {
                let levels = forecast.quantiles.map {
                    (key: texts[$0.level] ?? $0.level.description, value: PredictionEncoder.json(.path($0.values)))
                }
                members.append("quantiles", .object(JSONObject(levels)))
            }
            return members
        }
    }
}
