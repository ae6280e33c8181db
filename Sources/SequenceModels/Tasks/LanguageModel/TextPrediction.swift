/// Generated text.
package struct TextPrediction: Prediction {
    package var text: String
    package var tokens: [String]
    /// Natural logarithm of each token's probability (at temperature 1), NaN where no context existed.
    package var logprobs: [Double]?
    /// `length` or `stop`.
    package var finishReason: String
}

extension TextPrediction {
    package var members: [AnswerMember] {
        var members = [AnswerMember("text", .text(text)), AnswerMember("tokens", .texts(tokens))]
        if let logprobs { members.append(AnswerMember("logprobs", .numbers(logprobs))) }
        members.append(AnswerMember("finish_reason", .text(finishReason)))
        return members
    }
}

/// A token of a text that is being written.
package struct TokenEvent: PredictionEvent {
    /// 0-based among all tokens of the answer.
    package let index: Int
    package let token: String
    /// What it adds to the answer.
    package var text: String
    package let logprob: Double

    package init(index: Int, token: String, text: String, logprob: Double) {
        self.index = index
        self.token = token
        self.text = text
        self.logprob = logprob
    }

    package var members: [AnswerMember] {
        [
            AnswerMember("index", .whole(index)), AnswerMember("token", .text(token)),
            AnswerMember("text", .text(text)), AnswerMember("logprob", .number(logprob)),
        ]
    }
}
