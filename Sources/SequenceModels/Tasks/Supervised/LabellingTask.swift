/// A task over one sequence whose answers are labels: what classification and tagging have in common.
protocol LabellingTask: SingleSequenceTask {}

extension LabellingTask {
    var hasLabels: Bool { true }

    var parts: Set<TaskPart> { [.labels, .channelScaling, .numbers, .tokens] }

    func checkImport(_ request: ImportRequest, _ checks: inout SettingsChecks) { checks.labels(of: request) }

    func complete(_ description: inout ModelDescription, _ request: ImportRequest, _ imported: ImportedTensors)
        throws(Faults)
    {
        try imported.addChannels(request, to: &description)
        description.network = try network(of: description)
    }
}
