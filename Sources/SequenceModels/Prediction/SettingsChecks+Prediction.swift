extension SettingsChecks {
    /// What a task that answers a whole sequence at once has no use for.
    mutating func refuseSteps(of request: PredictionRequest, task: TaskKind) {
        let name = task.rawValue
        if request.horizon != nil { fault("/horizon", "a \(name) has no horizon") }
        if request.samples != nil { fault("/samples", "a \(name) has no samples") }
        if request.maxTokens != nil { fault("/max_tokens", "a \(name) generates no tokens") }
        if request.quantiles != nil { fault("/quantiles", "a \(name) has no quantiles") }
        if request.score == true { fault("/score", "only a language_model scores sequences, this is a \(name)") }
    }
}
