package import JSON
package import SequenceModels

extension PredictionAnswer {
    /// As `POST /predict` answers.
    ///
    /// - Parameters:
    ///   - model: `airline@4`.
    ///   - timing: the last member of the answer, but for the state.
    ///   - state: where the prediction has come to; nil where it did not begin with one.
    package convenience init(
        model: String, task: TaskKind, predictions: [any Prediction], timing: JSONValue, state: String? = nil,
        encoder: PredictionEncoder
    ) {
        var after: JSONObject = ["timing": timing]
        if let state { after.append("state", .string(state)) }
        self.init(
            Frame(
                ["model": .string(model), "task": .string(task.rawValue)], member: "predictions",
                after: after),
            predictions: predictions, listsLongMembers: encoder.wantsSamples
        ) { prediction, _ in encoder.object(prediction) }
    }
}
