import RecurrentLayers

/// What a task chooses from its data where the request is silent.
struct PlanDefaults {
    var layers: Int
    var hidden: Int
    var dropout: Double
    var embedding: Int?
    var epochs: Int
    var batchSize: Int
    var window: Int
    var stateful = false
    var learningRate: Double
    var patience: Int
    var validation = 0.1
    var bidirectional = false
    /// How an LSTM starts; other cells start uniform.
    var initializer = NetworkSettings.Initializer.uniform
    /// Share of the steps in which the rate of a cosine schedule rises.
    var warmup = 0.03

    /// The request where it speaks, its fixed defaults and these elsewhere.
    func resolve(_ request: SettingsRequest, task: TaskKind, tokens: TokenUnit?, forecast: EffectiveSettings.Forecast?)
        -> EffectiveSettings
    {
        let defaults = request.network.cell == .transformer ? transformer(request.network) : self
        var result = EffectiveSettings(
            request, OptionContext(request, task: task, isNumeric: tokens == nil))
        result.task = task
        result.tokens = tokens
        result.validation = request.validation ?? validation
        result.forecast = forecast
        defaults.choose(&result.network, request, task)
        defaults.choose(&result.training, request.training, task)
        return result
    }

    private func choose(_ network: inout EffectiveSettings.Network, _ request: SettingsRequest, _ task: TaskKind) {
        let asked = request.network
        network.layers = asked.layers ?? layers
        network.hidden = asked.hidden ?? hidden
        network.dropout = asked.dropout ?? dropout
        if network.cell == .transformer { return blocks(&network, asked, task) }
        network.bidirectional = asked.bidirectional ?? bidirectional
        // Tied, the embedding is as wide as what the head reads.
        if let embedding {
            network.embedding = asked.embedding ?? (network.weightTying ? network.stateWidth : embedding)
        }
        network.initializer = asked.initializer ?? (network.cell.recurrent?.learnsLags == true ? initializer : .uniform)
        if network.initializer == .chrono {
            network.chronoSteps = asked.chronoSteps ?? max(2, request.training.window ?? window)
        }
    }

    private func blocks(_ network: inout EffectiveSettings.Network, _ asked: NetworkRequest, _ task: TaskKind) {
        network.bidirectional = Self.isBidirectional(transformerOf: task)
        if embedding != nil { network.embedding = asked.embedding ?? network.hidden }
        network.activation = asked.activation ?? .gelu
        network.heads = asked.heads ?? Self.heads(width: network.hidden)
        network.feedForward = asked.feedForward ?? 4 * network.hidden
    }

    private func choose(_ training: inout EffectiveSettings.Training, _ asked: TrainingRequest, _ task: TaskKind) {
        training.epochs = asked.epochs ?? epochs
        training.batchSize = asked.batchSize ?? batchSize
        training.window = asked.window ?? window
        training.stateful = asked.stateful ?? stateful
        training.stride = asked.stride ?? (training.stateful ? training.window : nil)
        let optimizer = training.optimizer.name
        training.optimizer.learningRate = asked.optimizer.learningRate ?? rate(of: optimizer)
        training.optimizer.momentum =
            asked.optimizer.momentum ?? (optimizer == .sgd || optimizer == .nesterov ? 0.9 : 0)
        training.optimizer.weightDecay = asked.optimizer.weightDecay ?? (optimizer == .adamw ? 0.01 : 0)
        training.earlyStopping.patience = asked.earlyStopping.patience ?? patience(of: asked.schedule)
        training.loss = asked.loss ?? LossKind.choices(of: task).first
        if training.loss == .crossEntropy { training.labelSmoothing = asked.labelSmoothing ?? 0 }
        choose(&training.schedule, asked.schedule, epochs: training.epochs, patience: training.earlyStopping.patience)
    }

    /// Less than half where the rate has not fallen yet when patience ends: then the weights become better all the
    /// same.
    private func patience(of schedule: ScheduleRequest) -> Int {
        schedule.name ?? .warmupStableDecay == .warmupStableDecay ? (9 * patience + 19) / 20 : patience
    }

    /// - Parameters: `epochs` and `patience` of the training.
    private func choose(
        _ schedule: inout EffectiveSettings.Schedule, _ asked: ScheduleRequest, epochs: Int, patience: Int
    ) {
        switch schedule.name ?? .warmupStableDecay {
        case .constant, .exponential: break
        case .warmupStableDecay, .cosine: schedule.warmup = asked.warmup ?? warmup
        case .step: schedule.every = asked.every ?? max(1, epochs / 4)
        case .plateau: schedule.patience = asked.patience ?? max(1, patience / 3)
        case .holdThenDivide: schedule.hold = asked.hold ?? max(1, epochs / 3)
        }
    }

    /// A rate that suits the optimiser; `learningRate` is Adam's.
    private func rate(of optimizer: OptimizerKind) -> Double {
        switch optimizer {
        case .sgd, .nesterov: 0.1
        case .adam, .adamw: learningRate
        // Its first steps are ten times the rate: the mean square starts at 0 and nothing corrects that.
        case .rmsprop: learningRate / 4
        // Its steps shrink as 1/√n.
        case .adagrad: learningRate * 10
        }
    }
}
