import RecurrentLayers

/// What can be said about import settings before the tensors are looked at.
struct ImportChecks {
    private var checks = SettingsChecks()

    func finish() throws(Faults) { try checks.finish() }

    /// Settings that another task has, that are missing, or out of range.
    mutating func belongs(_ request: ImportRequest) {
        let task = request.task.task
        func refuse(_ isGiven: Bool, _ pointer: String, _ part: TaskPart, of owners: String? = nil) {
            guard isGiven, !task.parts.contains(part) else { return }
            let owners = owners ?? Self.owners(of: part)
            checks.fault(pointer, "it belongs to \(owners); the task is \(task.kind.rawValue)")
        }
        refuse(request.labels != nil, "/labels", .labels)
        refuse(request.targetScaling != nil, "/target_scaling", .targetScaling)
        refuse(request.channelScaling != nil, "/channel_scaling", .channelScaling)
        refuse(request.channels != nil, "/channels", .numbers, of: "tasks over numbers")
        refuse(request.vocabulary != nil, "/vocabulary", .tokens, of: "tasks over tokens")
        refuse(request.tokens != nil, "/tokens", .tokens, of: "tasks over tokens")
        refuse(request.unknown != nil, "/unknown", .tokens, of: "tasks over tokens")
        refuse(request.forecast != nil, "/forecast", .forecast)
        refuse(request.facts != nil, "/facts", .forecast)
        checks.whole(request.window, 1...ModelLimits.windowMax, "/window")
        checks.whole(request.channels, 1...ModelLimits.channelsMax, "/channels")
        task.checkImport(request, &checks)
    }

    /// The tasks that are imported with such a part, in words.
    private static func owners(of part: TaskPart) -> String {
        let names = TaskTable.tasks.filter { !$0.isPaired && $0.parts.contains(part) }.map(\.kind.rawValue)
        return names.dropLast().joined(separator: ", ") + (names.count > 1 ? " and " : "") + (names.last ?? "")
    }
}

extension SettingsChecks {
    /// Those that an import needs.
    mutating func labels(of request: ImportRequest) {
        if let labels = request.labels {
            self.labels(labels, "/labels")
        } else {
            fault("/labels", "the labels by output are needed, as in [\"no\", \"yes\"]")
        }
    }
}
