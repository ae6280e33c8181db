import JSON
import SequenceModels

/// Answers that are sequences of their own.
extension PredictionEncoder {
    func json(_ prediction: SequencePrediction) -> JSONValue {
        answer(prediction.answers, candidates: prediction.wantsCandidates, inputNames: prediction.inputNames) { answer in
            let output: JSONValue = answer.text.map { .string($0) } ?? JSONValue(answer.tokens)
            return Parts(
                head: ["output": output, "tokens": JSONValue(answer.tokens)], score: answer.score, logprob: answer.logprob,
                isEnded: answer.isEnded, attention: answer.attention)
        }
    }

    func json(_ prediction: PositionPrediction) -> JSONValue {
        answer(prediction.answers, candidates: prediction.wantsCandidates, inputNames: prediction.inputNames) { answer in
            Parts(
                head: ["indices": .array(answer.indices.map { .integer($0) })], score: answer.score, logprob: answer.logprob,
                isEnded: answer.isEnded, attention: answer.attention)
        }
    }

    private struct Parts {
        /// The answer itself.
        var head: JSONObject
        var score: Double
        var logprob: Double
        var isEnded: Bool
        var attention: [[Float]]?

        var members: JSONObject {
            var members = head
            members.append("score", .number(score))
            members.append("logprob", .number(logprob))
            members.append("finish_reason", .string(isEnded ? "stop" : "length"))
            return members
        }
    }

    /// The best answer, its attention, and all of them when they were asked for.
    private func answer<Answer>(_ answers: [Answer], candidates: Bool, inputNames: [String], _ parts: (Answer) -> Parts) -> JSONValue {
        guard let best = answers.first.map(parts) else { return .null }
        var members = best.members
        if let attention = best.attention {
            members.append("input_tokens", JSONValue(inputNames))
            members.append("attention", .array(attention.map { $0.isEmpty ? .array([]) : .numbers($0.map { Double($0) }) }))
        }
        if candidates { members.append("candidates", .array(answers.map { .object(parts($0).members) })) }
        return .object(members)
    }
}
