package import Kernels
import RecurrentLayers

/// What must hold of every model before anything is computed or allocated for it: one set of rules for a model that was
/// imported, one that is read from disk, and one that a training continues. Its settings obey those of a training
/// request.
extension ModelDescription {
    /// - Throws: faults whose pointers lead into the description: `/settings/network/hidden`, `/labels/3`.
    package func check() throws(Faults) {
        try checkSettings()
        var checks = SettingsChecks()
        checkParts(&checks)
        checks.categories(of: network, "/network")
        try checks.finish()
        guard network.hasShape(of: try settings.task.task.network(of: self)) else {
            throw Faults(
                "/network", "it is not the network that the settings, channels, vocabulary and labels describe")
        }
    }

    /// - Throws: as `check()`; and a fault when the weights are not as many as the network has, or when one of a
    ///   recurrent network has another name or shape. Other networks compare each shape when they take their weights.
    package func check(_ tensors: [NamedTensor]) throws(Faults) {
        try check()
        let count = tensors.reduce(0) { $0 + $1.values.count }
        let wanted = parameterCount
        if count != wanted { throw Faults("/network", "it has \(wanted) weights, the file has \(count)") }
        guard let recurrent = network.recurrent else { return }
        let shapes = Dictionary(tensors.map { ($0.name, $0.shape) }, uniquingKeysWith: { first, _ in first })
        for (name, shape) in recurrent.tensorShapes where shapes[name] != shape {
            let found = shapes[name].map { "the shape is \($0)" } ?? "it is missing"
            throw Faults(list: [ImportFaults.tensor(name, "\(found), expected \(shape)")])
        }
    }

    /// Weights of the network, counted without making it.
    private var parameterCount: Int {
        switch network {
        case .recurrent(let settings): NetworkCost(settings).parameterCount
        case .encoderDecoder(let settings): NetworkCost(settings, sourceSteps: 1, targetSteps: 1).parameterCount
        case .pointer(let settings): NetworkCost(settings, sourceSteps: 1, targetSteps: 1).parameterCount
        case .transformer(let settings): NetworkCost(settings, steps: 1).parameterCount
        }
    }

    private func checkSettings() throws(Faults) {
        let request = SettingsRequest(settings)
        var checks = SettingsChecks(under: "/settings")
        checks.ranges(of: request)
        checks.whole(settings.training.window, 1...ModelLimits.windowMax, "/training/window")
        if settings.training.epochs != 0 {
            checks.whole(settings.training.epochs, 1...ModelLimits.epochsMax, "/training/epochs")
        }
        try checks.finish()
        checks.applicability(of: request, task: settings.task, numeric: settings.tokens == nil)
        checks.consistency(of: settings)
        try checks.finish()
    }

    /// Presence and values of all that is not a setting.
    private func checkParts(_ checks: inout SettingsChecks) {
        let task = settings.task, own = task.task.parts
        let isNumeric = settings.tokens == nil
        let parts: [(isThere: Bool, isNeeded: Bool, name: String)] = [
            (vocabulary != nil, !isNumeric, "vocabulary"), (channels != nil, isNumeric, "channels"),
            (targetVocabulary != nil, own.contains(.targetVocabulary), "target_vocabulary"),
            (labels != nil, own.contains(.labels), "labels"), (forecast != nil, own.contains(.forecast), "forecast"),
            (channelScaling != nil, isNumeric && own.contains(.channelScaling), "channel_scaling"),
            (targetScaling != nil, own.contains(.targetScaling), "target_scaling"),
            (pairs != nil, task.isPaired, "pairs"),
        ]
        for part in parts where part.isThere != part.isNeeded {
            checks.fault(
                "/" + part.name,
                part.isNeeded
                    ? "a \(task.rawValue) of such inputs needs it" : "a \(task.rawValue) of such inputs has none")
        }
        if (settings.forecast != nil) != own.contains(.forecast) {
            checks.fault("/settings/forecast", "it belongs to a forecast; the task is \(task.rawValue)")
        }
        if isNumeric && !own.contains(.numbers) { checks.fault("/settings/tokens", "a \(task.rawValue) reads tokens") }
        if !isNumeric && !own.contains(.tokens) { checks.fault("/settings/tokens", "a \(task.rawValue) reads numbers") }
        checks.whole(channels, 1...ModelLimits.channelsMax, "/channels")
        let contextMax = settings.network.cell == .transformer ? ModelLimits.contextMax : ModelLimits.windowMax
        checks.whole(context, 1...contextMax, "/context")
        if let vocabulary { checks.vocabulary(vocabulary, unit: settings.tokens, .init(at: "/vocabulary")) }
        let doesSkip = vocabulary?.skipsUnknown == true
        if doesSkip != (settings.unknown == .skip) || settings.unknown == .token && vocabulary?.unknownIndex == nil
            || targetVocabulary?.skipsUnknown == true
        {
            checks.fault("/settings/unknown", "the vocabulary does otherwise with unknown tokens")
        }
        if let targetVocabulary {
            checks.vocabulary(targetVocabulary, unit: settings.targetTokens, .init(at: "/target_vocabulary"))
            if targetVocabulary.endIndex == nil {
                checks.fault("/target_vocabulary/end_index", "a token that begins and ends answers is needed")
            }
        }
        if let labels { checks.labels(labels, "/labels") }
        if let channels { numbers(channels, contextMax: contextMax, &checks) }
        if let targetScaling {
            let count = targetScaling.mean.count
            checks.whole(count, 1...ModelLimits.channelsMax, "/target_scaling/mean")
            checks.scaling(targetScaling, count: count, of: "targets", "/target_scaling")
        }
        if let pairs { checks.pairs(pairs, "/pairs") }
    }

    private func numbers(_ channels: Int, contextMax: Int, _ checks: inout SettingsChecks) {
        if let channelScaling {
            checks.scaling(channelScaling, count: channels, of: "channels", "/channel_scaling")
        }
        if let forecast {
            checks.facts(
                forecast, of: settings.forecast, channels: channels, contextMax: contextMax, "/forecast")
        }
    }
}
