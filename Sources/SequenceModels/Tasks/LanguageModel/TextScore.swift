/// How well a language model expected a sequence.
package struct TextScore: Prediction, PredictionEvent, Equatable {
    /// The tokens of the sequence, as the vocabulary has them.
    package var tokens: [String]
    /// Natural logarithm of each token's probability, NaN for a first token that nothing came before.
    package var logprobs: [Double]
    /// That of the end after the last token; nil where the model knows no end.
    package var endLogprob: Double?
    /// exp of the mean nats per scored token, the end included; NaN when none was scored.
    package var perplexity: Double
    /// Mean bits per scored token, the end included; NaN when none was scored.
    package var bitsPerToken: Double
}

extension TextScore {
    package var members: [AnswerMember] {
        [AnswerMember("tokens", .texts(tokens)), AnswerMember("logprobs", .numbers(logprobs))]
            + (endLogprob.map { [AnswerMember("end_logprob", .number($0))] } ?? [])
            + [AnswerMember("perplexity", .number(perplexity)), AnswerMember("bits_per_token", .number(bitsPerToken))]
    }
}
