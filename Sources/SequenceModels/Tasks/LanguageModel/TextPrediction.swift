/// Generated text.
package struct TextPrediction: Prediction {
    /// What was written, without the stop string; with the prompt before it when that was asked for.
    package var text: String
    /// The tokens of the text, as the vocabulary has them.
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
    /// Its text in the vocabulary.
    package let token: String
    /// What it adds to the answer.
    package var text: String
    /// Natural logarithm of its probability at temperature 1.
    package let logprob: Double

    /// An event of one token; `text` is empty while a character lacks its end.
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
