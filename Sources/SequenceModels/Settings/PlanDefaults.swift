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

    /// The request where it speaks, these defaults elsewhere.
    func resolve(_ request: SettingsRequest, task: TaskKind, tokens: TokenUnit?, forecast: EffectiveSettings.Forecast?)
        -> EffectiveSettings
    {
        let defaults = request.network.cell == .transformer ? transformer(request.network) : self
        return EffectiveSettings(
            task: task, tokens: tokens, validation: request.validation ?? validation,
            network: defaults.network(request, task: task),
            training: defaults.training(request.training, task: task), forecast: forecast)
    }

    private func network(_ request: SettingsRequest, task: TaskKind) -> EffectiveSettings.Network {
        let network = request.network
        if network.cell == .transformer { return blocks(network, task: task) }
        let tied = network.weightTying ?? false
        var result = EffectiveSettings.Network(
            cell: network.cell ?? .lstm, layers: network.layers ?? layers, hidden: network.hidden ?? hidden,
            bidirectional: network.bidirectional ?? bidirectional, dropout: network.dropout ?? dropout, embedding: nil,
            activation: network.activation ?? .tanh)
        // Tied, the embedding is as wide as what the head reads.
        result.projection = network.projection
        if let embedding { result.embedding = network.embedding ?? (tied ? result.stateWidth : embedding) }
        result.residual = network.residual ?? false
        result.weightTying = tied
        result.lockedDropout = network.lockedDropout ?? false
        result.embeddingDropout = network.embeddingDropout ?? 0
        result.initializer = network.initializer ?? (result.cell == .lstm ? initializer : .uniform)
        if result.initializer == .chrono {
            result.chronoSteps = network.chronoSteps ?? max(2, request.training.window ?? window)
        }
        result.layerNorm = network.layerNorm ?? false
        result.recurrentDropout = network.recurrentDropout ?? 0
        if result.cell == .gru { result.gruReset = network.gruReset ?? .after }
        return result
    }

    private func blocks(_ network: NetworkRequest, task: TaskKind) -> EffectiveSettings.Network {
        let width = network.hidden ?? hidden
        var result = EffectiveSettings.Network(
            cell: .transformer, layers: network.layers ?? layers, hidden: width,
            bidirectional: Self.isBidirectional(transformerOf: task), dropout: network.dropout ?? dropout,
            embedding: embedding == nil ? nil : network.embedding ?? width, activation: network.activation ?? .gelu)
        result.heads = network.heads ?? Self.heads(width: width)
        result.feedForward = network.feedForward ?? 4 * width
        return result
    }

    private func training(_ training: TrainingRequest, task: TaskKind) -> EffectiveSettings.Training {
        let optimizer = training.optimizer.name ?? .adam
        let epochs = training.epochs ?? epochs, patience = training.earlyStopping.patience ?? patience
        let losses = LossKind.choices(of: task)
        let loss = training.loss ?? losses.first
        let window = training.window ?? window, stateful = training.stateful ?? stateful
        return EffectiveSettings.Training(
            epochs: epochs, batchSize: training.batchSize ?? batchSize, window: window,
            stride: training.stride ?? (stateful ? window : nil), stateful: stateful,
            optimizer: EffectiveSettings.OptimizerSettings(
                name: optimizer, learningRate: training.optimizer.learningRate ?? rate(of: optimizer),
                momentum: training.optimizer.momentum ?? (optimizer == .sgd || optimizer == .nesterov ? 0.9 : 0),
                weightDecay: training.optimizer.weightDecay ?? (optimizer == .adamw ? 0.01 : 0)),
            schedule: training.schedule.resolved(epochs: epochs, patience: patience, warmup: warmup),
            gradientNormMax: training.gradientNormMax ?? 1, gradientValueMax: training.gradientValueMax, loss: loss,
            labelSmoothing: loss == .crossEntropy ? training.labelSmoothing ?? 0 : nil,
            classWeights: training.classWeights,
            earlyStopping: EffectiveSettings.EarlyStopping(patience: patience), seed: training.seed ?? 42,
            maxSeconds: training.maxSeconds, checkpointSeconds: training.checkpointSeconds ?? 30)
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
