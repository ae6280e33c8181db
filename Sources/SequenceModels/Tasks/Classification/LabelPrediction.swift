/// A class and the probabilities, most probable first.
/// Of a model trained with the hinge loss they are the softmax of its margins: an order, not calibrated.
package struct LabelPrediction: Prediction, PredictionEvent {
    /// The most probable class.
    package var label: String
    /// Classes with their probabilities, the most probable first; as many as were asked for.
    package var probabilities: [(label: String, probability: Double)]

    /// - Parameter probabilities: most probable first.
    package init(label: String, probabilities: [(label: String, probability: Double)]) {
        self.label = label
        self.probabilities = probabilities
    }

    package var members: [AnswerMember] {
        let probabilities = probabilities.map { AnswerMember($0.label, .number($0.probability)) }
        return [AnswerMember("label", .text(label)), AnswerMember("probabilities", .members(probabilities))]
    }
}
