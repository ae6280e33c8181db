extension PredictionRequest {
    /// Every option by its name in a request, whether it was given, and the tasks it belongs to.
    private var fields: [(name: String, isGiven: Bool, tasks: [TaskKind])] {
        [
            ("horizon", horizon != nil, [.forecast]), ("quantiles", quantiles != nil, [.forecast]),
            ("samples", samples != nil, [.forecast]),
            ("seed", seed != nil, [.forecast, .languageModel]), ("max_tokens", maxTokens != nil, [.languageModel]),
            ("temperature", temperature != nil, [.languageModel]), ("top_k", topK != nil, [.languageModel]),
            ("top_p", topP != nil, [.languageModel]), ("stop", stop != nil, [.languageModel]),
            ("logprobs", logprobs != nil, [.languageModel]), ("score", score != nil, [.languageModel]),
            ("echo", echo != nil, [.languageModel]), ("top", top != nil, [.classification]),
            ("beam_width", beamWidth != nil, [.sequenceToSequence, .pointer]),
            ("n_best", nBest != nil, [.sequenceToSequence, .pointer]),
            ("max_length", maxLength != nil, [.sequenceToSequence, .pointer]),
            ("length_penalty", lengthPenalty != nil, [.sequenceToSequence, .pointer]),
            ("attention", attention != nil, [.sequenceToSequence, .pointer]),
        ]
    }

    /// A fault for each option that the task has no use for: ignored, it would let its sender believe in it.
    func foreignFields(to task: TaskKind) -> [Fault] {
        fields.filter { $0.isGiven && !$0.tasks.contains(task) }.map { field in
            let owners = field.tasks.map(\.rawValue).joined(separator: " or ")
            return Fault(
                pointer: "/" + field.name, detail: "belongs to the task \(owners), this model is a \(task.rawValue)")
        }
    }
}

extension SettingsChecks {
    /// Options of other tasks.
    mutating func foreignFields(of request: PredictionRequest, to task: TaskKind) {
        for found in request.foreignFields(to: task) { fault(found.pointer, found.detail) }
    }
}
