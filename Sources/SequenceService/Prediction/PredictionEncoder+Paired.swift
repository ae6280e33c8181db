import JSON
import SequenceModels

/// Answers that are sequences of their own.
extension PredictionEncoder {
    func json(_ prediction: RankedAnswers<SymbolOutput>) -> JSONValue {
        answer(prediction) { output in
            ["output": output.text.map { .string($0) } ?? JSONValue(output.tokens), "tokens": JSONValue(output.tokens)]
        }
    }

    func json(_ prediction: RankedAnswers<[Int]>) -> JSONValue {
        answer(prediction) { indices in ["indices": .array(indices.map { .integer($0) })] }
    }

    /// The best answer, its attention, and all of them when they were asked for.
    /// - Parameter output: the members of the answer itself.
    private func answer<Output>(_ prediction: RankedAnswers<Output>, output: (Output) -> JSONObject) -> JSONValue {
        func members(_ answer: RankedAnswers<Output>.Answer) -> JSONObject {
            var members = output(answer.output)
            members.append("score", .number(answer.score))
            members.append("logprob", .number(answer.logprob))
            members.append("finish_reason", .string(answer.isEnded ? "stop" : "length"))
            return members
        }
        guard let best = prediction.answers.first else { return .null }
        var result = members(best)
        if let attention = best.attention {
            result.append("input_tokens", JSONValue(prediction.inputNames))
            result.append(
                "attention", .array(attention.map { $0.isEmpty ? .array([]) : .numbers($0.map { Double($0) }) }))
        }
        if prediction.wantsCandidates {
            result.append("candidates", .array(prediction.answers.map { .object(members($0)) }))
        }
        return .object(result)
    }
}
