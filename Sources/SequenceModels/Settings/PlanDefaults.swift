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

    /// The request where it speaks, these defaults elsewhere.
    func resolve(_ request: SettingsRequest, task: TaskKind, tokens: TokenUnit?, forecast: EffectiveSettings.Forecast?) -> EffectiveSettings {
        let network = request.network, training = request.training
        let optimizer = training.optimizer.name ?? .adam
        let rate = optimizer == .sgd ? 0.1 : learningRate
        return EffectiveSettings(
            task: task, tokens: tokens, validation: request.validation ?? validation,
            network: EffectiveSettings.Network(
                cell: network.cell ?? .lstm, layers: network.layers ?? layers, hidden: network.hidden ?? hidden,
                bidirectional: network.bidirectional ?? false, dropout: network.dropout ?? dropout,
                embedding: embedding.map { network.embedding ?? $0 }, activation: network.activation ?? .tanh),
            training: EffectiveSettings.Training(
                epochs: training.epochs ?? epochs, batchSize: training.batchSize ?? batchSize, window: training.window ?? window,
                stateful: training.stateful ?? stateful,
                optimizer: EffectiveSettings.OptimizerSettings(
                    name: optimizer, learningRate: training.optimizer.learningRate ?? rate,
                    momentum: training.optimizer.momentum ?? (optimizer == .sgd ? 0.9 : 0),
                    weightDecay: training.optimizer.weightDecay ?? (optimizer == .adamw ? 0.01 : 0)),
                schedule: EffectiveSettings.Schedule(name: training.schedule.name ?? .cosine),
                gradientNormMax: training.gradientNormMax ?? 1,
                earlyStopping: EffectiveSettings.EarlyStopping(patience: training.earlyStopping.patience ?? patience),
                seed: training.seed ?? 42, maxSeconds: training.maxSeconds, checkpointSeconds: training.checkpointSeconds ?? 30),
            forecast: forecast)
    }
}
