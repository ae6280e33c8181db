import RecurrentLayers

/// What can be said about import settings before the tensors are looked at.
struct ImportChecks {
    private var checks = SettingsChecks()

    func finish() throws(Faults) { try checks.finish() }

    /// Settings that another task has, that are missing, or out of range.
    mutating func belongs(_ request: ImportRequest) {
        let task = request.task
        func refuse(_ isGiven: Bool, _ pointer: String, _ owner: String) {
            if isGiven { checks.fault(pointer, "it belongs to \(owner); the task is \(task.rawValue)") }
        }
        refuse(request.labels != nil && !task.hasLabels, "/labels", "classification and tagging")
        refuse(request.targetScaling != nil && task != .regression, "/target_scaling", "regression")
        refuse(
            request.channelScaling != nil && !task.isSupervised, "/channel_scaling",
            "classification, regression and tagging")
        refuse(request.channels != nil && task == .languageModel, "/channels", "tasks over numbers")
        refuse(request.vocabulary != nil && task == .forecast, "/vocabulary", "tasks over tokens")
        refuse(request.tokens != nil && task == .forecast, "/tokens", "tasks over tokens")
        refuse(request.forecast != nil && task != .forecast, "/forecast", "forecast")
        refuse(request.facts != nil && task != .forecast, "/facts", "forecast")
        checks.whole(request.window, 1...ModelLimits.windowMax, "/window")
        checks.whole(request.channels, 1...ModelLimits.channelsMax, "/channels")
        if task.hasLabels {
            if let labels = request.labels {
                checks.labels(labels, "/labels")
            } else {
                checks.fault("/labels", "the labels by output are needed, as in [\"no\", \"yes\"]")
            }
        }
        if task == .forecast { forecast(request) }
    }

    private mutating func forecast(_ request: ImportRequest) {
        if request.forecast == nil {
            checks.fault("/forecast", "horizon, seasonality, distribution and scaling are needed")
        }
        guard let facts = request.facts else {
            return checks.fault("/facts", "a forecast needs the facts that an export of Rondo carries")
        }
        checks.facts(
            facts, of: request.forecast, channels: request.channels ?? 1, contextMax: ModelLimits.windowMax, "/facts")
    }
}

extension ChannelScaling {
    /// Numbers as they are.
    static func identity(channels: Int) -> ChannelScaling {
        ChannelScaling(
            mean: Array(repeating: 0, count: channels), deviation: Array(repeating: 1, count: channels),
            indicators: false)
    }

    /// - Throws: faults when it does not fit `count` numbers.
    func check(_ pointer: String, count: Int, of what: String) throws(Faults) {
        var checks = SettingsChecks()
        checks.scaling(self, count: count, of: what, pointer)
        try checks.finish()
    }
}
