package import JSON
package import SequenceModels

extension PredictionAnswer {
    /// As `POST /predict` answers.
    ///
    /// - Parameters:
    ///   - model: `airline@4`.
    ///   - timing: the last member of the answer.
    package convenience init(
        model: String, task: TaskKind, predictions: [any Prediction], timing: JSONValue, encoder: PredictionEncoder
    ) {
        self.init(
            Frame(
                ["model": .string(model), "task": .string(task.rawValue)], member: "predictions",
                after: ["timing": timing]),
            predictions: predictions, listsLongMembers: encoder.wantsSamples
        ) { prediction, _ in encoder.object(prediction) }
    }
}
