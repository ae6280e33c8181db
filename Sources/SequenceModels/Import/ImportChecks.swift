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
        if task.hasLabels { labels(request.labels) }
        if task == .forecast { forecast(request) }
    }

    private mutating func labels(_ labels: [String]?) {
        guard let labels else {
            return checks.fault("/labels", "the labels by output are needed, as in [\"no\", \"yes\"]")
        }
        checks.whole(labels.count, 2...ModelLimits.classesMax, "/labels")
        var seen: Set<String> = []
        for (index, label) in labels.enumerated() where !seen.insert(label).inserted {
            checks.fault("/labels/\(index)", "\"\(label.prefix(40))\" is there twice")
            return
        }
    }

    private mutating func forecast(_ request: ImportRequest) {
        if request.forecast == nil {
            checks.fault("/forecast", "horizon, seasonality, distribution and scaling are needed")
        }
        guard let facts = request.facts else {
            return checks.fault("/facts", "a forecast needs the facts that an export of Rondo carries")
        }
        let channels = request.channels ?? 1
        checks.whole(facts.horizon, 1...ModelLimits.horizonMax, "/facts/horizon")
        checks.whole(facts.seasonality, 1...ModelLimits.seasonalityMax, "/facts/seasonality")
        checks.whole(facts.context, 1...ModelLimits.windowMax, "/facts/context")
        for (values, name) in [(facts.pooledScale, "pooled_scale"), (facts.pooledDrift, "pooled_drift")] {
            if values.count != channels {
                checks.fault("/facts/\(name)", "\(values.count) numbers for \(channels) channels")
            }
        }
        for (index, value) in facts.pooledScale.enumerated() where !(value >= 0) {
            checks.fault("/facts/pooled_scale/\(index)", "\(value) is below 0")
        }
        let phases = facts.seasonality > 1 ? facts.seasonality : 0
        if facts.profile.count != phases || !facts.profile.allSatisfy({ $0.count == channels }) {
            checks.fault("/facts/profile", "\(phases) phases of \(channels) numbers are needed")
        }
    }
}

extension ChannelScaling {
    /// Numbers as they are.
    static func identity(channels: Int) -> ChannelScaling {
        ChannelScaling(
            mean: Array(repeating: 0, count: channels), deviation: Array(repeating: 1, count: channels),
            indicators: false)
    }

    /// - Throws: faults when it does not fit `channels` numbers.
    func check(_ pointer: String, channels: Int, what: String) throws(Faults) {
        guard mean.count == channels, deviation.count == channels else {
            throw Faults(pointer, "\(mean.count) means and \(deviation.count) deviations for \(channels) \(what)")
        }
        if let bad = mean.firstIndex(where: { !$0.isFinite }) {
            throw Faults("\(pointer)/mean/\(bad)", "it is not finite")
        }
        if let bad = deviation.firstIndex(where: { !($0 > 0 && $0.isFinite) }) {
            throw Faults("\(pointer)/deviation/\(bad)", "it must be above 0")
        }
    }
}
