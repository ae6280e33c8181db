/// A label for each step.
package struct TagPrediction: Prediction, PredictionEvent, Equatable {
    /// T.
    package var labels: [String]
    /// T: the probability of each of them.
    package var probabilities: [Double]

    /// - Precondition: there are as many probabilities as labels.
    package init(labels: [String], probabilities: [Double]) {
        self.labels = labels
        self.probabilities = probabilities
    }

    package var members: [AnswerMember] {
        [AnswerMember("labels", .texts(labels)), AnswerMember("probabilities", .numbers(probabilities))]
    }
}
