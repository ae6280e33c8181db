/// Answers that are sequences of their own, best first; at least one.
package struct RankedAnswers<Output: Answer>: Prediction {
    /// One of the answers, and what it is ranked by.
    package struct Ranked: Sendable {
        /// What the task made of the choices.
        package var output: Output
        /// Log-probability over length^α: what answers are ranked by.
        package var score: Double
        /// Natural logarithm of the answer's probability, that of its end included.
        package var logprob: Double
        /// Whether it came to its end and was not cut off.
        package var isEnded: Bool
        /// `[T][S]`, of a pointer the probability of each item at each step; nil unless asked for.
        package var attention: [[Float]]?
    }

    /// Best first; at least one.
    package var answers: [Ranked]
    /// Whether to list them beside the best one.
    package var wantsCandidates: Bool
    /// `[S]` of the input, when the attention is answered.
    package var inputNames: [String]
}

extension RankedAnswers {
    /// The best answer, its attention, and all of them when they were asked for.
    package var members: [AnswerMember] {
        guard let best = answers.first else { return [] }
        var members = best.members
        if let attention = best.attention {
            members.append(AnswerMember("input_tokens", .texts(inputNames)))
            members.append(AnswerMember("attention", .weights(attention)))
        }
        if wantsCandidates { members.append(AnswerMember("candidates", .list(answers.map(\.members)))) }
        return members
    }

    /// - Parameter output: the members of an output.
    static func shape(_ output: [MemberShape]) -> AnswerShape {
        let answer =
            output + [
                MemberShape("score", .number, help: "logprob / length^length_penalty."),
                MemberShape("logprob", .number), MemberShape("finish_reason", .words(["stop", "length"])),
            ]
        return AnswerShape(
            answer + [
                MemberShape(
                    "attention", .list(of: .numbers), isRequired: false,
                    help: "By step of the answer: how much of each input position it took. "
                        + "A pointer's rows lack the probability of the end."),
                MemberShape("input_tokens", .texts, isRequired: false, help: "What the columns of attention are."),
                MemberShape(
                    "candidates", .list(of: .members(answer)), isRequired: false, help: "Best first; with n_best."),
            ])
    }
}

extension RankedAnswers.Ranked {
    fileprivate var members: [AnswerMember] {
        output.members + [
            AnswerMember("score", .number(score)), AnswerMember("logprob", .number(logprob)),
            AnswerMember("finish_reason", .text(isEnded ? "stop" : "length")),
        ]
    }
}
