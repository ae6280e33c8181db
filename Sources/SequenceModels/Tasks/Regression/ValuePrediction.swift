/// The value of a sequence, in the units of the training targets.
package struct ValuePrediction: Prediction, PredictionEvent, Equatable {
    /// D ≥ 1 numbers; a single one is written as a number.
    package var values: [Double]

    /// - Parameter values: D ≥ 1, already in the units of the targets.
    package init(values: [Double]) { self.values = values }

    package var members: [AnswerMember] { [AnswerMember("value", .step(values))] }
}
