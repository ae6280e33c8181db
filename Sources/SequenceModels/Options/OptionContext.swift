package import RecurrentLayers

/// What decides which options mean something.
package struct OptionContext: Sendable {
    package let task: TaskKind
    /// Whether sequences are numbers rather than tokens.
    package let isNumeric: Bool
    package let cell: CellChoice
    package let encoder: EncoderChoice
    package let initializer: NetworkSettings.Initializer?
    package let schedule: ScheduleKind

    /// Of a model that answers.
    init(task: TaskKind) {
        self.init(SettingsRequest(), task: task, isNumeric: false)
    }

    init(_ request: SettingsRequest, task: TaskKind, isNumeric: Bool) {
        self.task = task
        self.isNumeric = isNumeric
        cell = request.network.cell ?? .lstm
        encoder = request.network.encoder ?? PairedPlanner.encoder(of: task)
        initializer = request.network.initializer
        schedule = request.training.schedule.name ?? .cosine
    }

    /// Whether the layers are recurrent cells.
    var isRecurrent: Bool { cell != .transformer }

    /// Whether the whole network is a Transformer.
    var isTransformer: Bool { cell == .transformer && !task.isPaired }
}
