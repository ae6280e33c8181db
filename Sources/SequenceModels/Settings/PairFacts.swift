/// How long the pairs of a training were.
package struct PairFacts: Codable, Sendable, Equatable {
    /// Steps of the longest input.
    package var longestInput: Int
    /// Steps of the longest target, its end not counted.
    package var longestTarget: Int

    enum CodingKeys: String, CodingKey {
        case longestInput = "longest_input"
        case longestTarget = "longest_target"
    }

    /// Where an answer to an input of `steps` steps is cut off unless a request says otherwise: twice the longest
    /// target, or that share of the input, plus a few.
    func lengthMax(steps: Int) -> Int {
        let share = (2 * longestTarget * max(steps, longestInput) + longestInput - 1) / max(1, longestInput)
        return min(ModelLimits.pairStepsMax, share + 5)
    }
}
