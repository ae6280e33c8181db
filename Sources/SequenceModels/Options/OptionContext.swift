package import RecurrentLayers

/// What decides which options mean something.
package struct OptionContext: Sendable {
    /// What the model learns, or has learned.
    package let task: TaskKind
    /// Whether sequences are numbers rather than tokens.
    package let isNumeric: Bool
    /// What the layers are made of.
    package let cell: CellChoice
    /// What reads the input of a task with a sequence as target; of other tasks without a meaning.
    package let encoder: EncoderChoice
    /// How weights are drawn; nil until a request says it.
    package let initializer: NetworkSettings.Initializer?
    /// The course of the learning rate.
    package let schedule: ScheduleKind

    /// Of a model that answers.
    init(task: TaskKind) {
        self.init(SettingsRequest(), task: task, isNumeric: false)
    }

    init(_ request: SettingsRequest, task: TaskKind, isNumeric: Bool) {
        self.task = task
        self.isNumeric = isNumeric
        cell = request.network.cell ?? .lstm
        encoder = request.network.encoder ?? task.task.encoder
        initializer = request.network.initializer
        schedule = request.training.schedule.name ?? .warmupStableDecay
    }

    /// Whether the layers are recurrent cells.
    var isRecurrent: Bool { cell != .transformer }

    /// Whether the whole network is a Transformer.
    var isTransformer: Bool { cell == .transformer && !task.isPaired }
}
