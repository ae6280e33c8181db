import RecurrentLayers

extension SettingsChecks {
    /// Settings that mean nothing for the task at hand.
    mutating func applicability(of request: SettingsRequest, task: TaskKind, numeric: Bool) {
        network(request.network, task: task, numeric: numeric)
        if request.network.cell == .transformer && !task.isPaired { transformer(request, task: task) }
        if numeric && request.tokens != nil { fault("/tokens", "numeric sequences have no tokens") }
        if request.training.stateful == true && task != .languageModel {
            fault("/training/stateful", "only a language_model carries its state from window to window")
        }
        if request.training.stride != nil && task != .languageModel {
            fault(
                "/training/stride",
                "only the windows of a stateful language_model follow each other; this is a \(task.rawValue)")
        }
        paired(request, task: task)
        schedule(request.training.schedule)
        losses(request.training, task: task)
        if let momentum = request.training.optimizer.momentum, momentum > 0, momentum < 1 {
            let name = request.training.optimizer.name ?? .adam
            if name != .sgd && name != .nesterov {
                fault(
                    "/training/optimizer/momentum",
                    "\(name.rawValue) has no momentum of its own; it needs sgd or nesterov")
            }
        }
        if task != .forecast && request.forecast != ForecastRequest() {
            fault("/forecast", "these settings need the task forecast, this one is \(task.rawValue)")
        }
    }

    private mutating func network(_ network: NetworkRequest, task: TaskKind, numeric: Bool) {
        if network.cell == .transformer { return embedding(network, numeric: numeric) }
        if !task.isPaired {
            if network.heads != nil { fault("/network/heads", "they belong to the cell transformer") }
            if network.feedForward != nil { fault("/network/feed_forward", "it belongs to the cell transformer") }
        }
        if let activation = network.activation, network.cell != .rnn, activation != .tanh {
            let owner = activation == .gelu ? "transformer" : "rnn"
            fault(
                "/network/activation",
                "\(activation.rawValue) needs the cell \(owner); the gates of lstm and gru are fixed")
        } else if network.activation == .gelu {
            fault("/network/activation", "gelu belongs to the cell transformer; the cell rnn has tanh, sigmoid or relu")
        }
        if network.bidirectional == true && (task == .forecast || task == .languageModel) {
            fault("/network/bidirectional", "a \(task.rawValue) must not see the future")
        }
        embedding(network, numeric: numeric)
        if network.weightTying == true && task != .languageModel {
            fault(
                "/network/weight_tying",
                "only a language_model answers with the symbols it reads; this is a \(task.rawValue)")
        }
        if network.initializer == .chrono && network.cell == .rnn {
            fault("/network/initializer", "chrono sets the gates of lstm and gru; the cell rnn has none")
        }
        if network.chronoSteps != nil && network.initializer != .chrono {
            fault("/network/chrono_steps", "it belongs to the initializer chrono")
        }
        if network.projection != nil, let cell = network.cell, cell != .lstm {
            fault("/network/projection", "it projects the state of the cell lstm; the cell is \(cell.rawValue)")
        }
        if network.gruReset != nil && network.cell != .gru {
            fault("/network/gru_reset", "it belongs to the cell gru; the cell is \((network.cell ?? .lstm).rawValue)")
        }
    }

    private mutating func embedding(_ network: NetworkRequest, numeric: Bool) {
        if numeric && network.embedding != nil { fault("/network/embedding", "numeric sequences have no embedding") }
        if numeric && network.embeddingDropout ?? 0 > 0 {
            fault("/network/embedding_dropout", "numeric sequences have no embedding")
        }
    }

    private mutating func schedule(_ schedule: ScheduleRequest) {
        let kind = schedule.name ?? .cosine
        for name in schedule.given where !kind.parameters.contains(name) {
            let owners = ScheduleKind.allCases.filter { $0.parameters.contains(name) }.map(\.rawValue).joined(
                separator: " or ")
            fault("/training/schedule/\(name)", "the schedule \(kind.rawValue) has no \(name); it belongs to \(owners)")
        }
    }

    private mutating func losses(_ training: TrainingRequest, task: TaskKind) {
        let choices = LossKind.choices(of: task)
        if let loss = training.loss, !choices.contains(loss) {
            fault(
                "/training/loss",
                choices.isEmpty
                    ? "the loss of a forecast is its /forecast/distribution"
                    : "a \(task.rawValue) has the losses \(choices.map(\.rawValue).joined(separator: ", "))")
            return
        }
        let loss = training.loss ?? choices.first
        if training.labelSmoothing != nil && task == .pointer {
            fault("/training/label_smoothing", "a pointer has positions, no labels to smooth")
        } else if training.labelSmoothing != nil && loss != .crossEntropy {
            fault("/training/label_smoothing", "it softens the labels of cross_entropy; this loss has no such labels")
        }
        if training.classWeights != nil && !(task.hasLabels && loss == .crossEntropy) {
            fault("/training/class_weights", "they need labels and the loss cross_entropy")
        }
    }

    /// What only the settings resolved can tell.
    mutating func consistency(of settings: EffectiveSettings) {
        let network = settings.network, training = settings.training
        if let heads = network.heads, network.hidden % heads != 0 {
            fault("/network/heads", "\(heads) heads do not share \(network.hidden) hidden units out evenly")
        }
        if settings.task.isPaired { paired(network) }
        if network.cell == .transformer { transformer(settings) }
        if let stride = training.stride {
            if !training.stateful {
                fault(
                    "/training/stride",
                    "it needs \"stateful\": true; here each piece of a window begins from a zero state")
            } else if stride > training.window {
                fault(
                    "/training/stride",
                    "\(stride) steps would leave some out: at most the window, \(training.window) here")
            }
        }
        if let levels = settings.forecast?.quantiles {
            for index in levels.indices.dropFirst() where !(levels[index] > levels[index - 1]) {
                fault("/forecast/quantiles/\(index)", "\(levels[index]) is not above the level before it")
            }
        }
        if network.residual && network.layers < 2 {
            fault(
                "/network/residual",
                "residual connections run between layers: they need at least 2, this network has \(network.layers)")
        }
        if let projection = network.projection, projection >= network.hidden {
            fault("/network/projection", "\(projection) is not below hidden, which is \(network.hidden)")
        }
        if network.layerNorm && network.hidden < 2 {
            fault(
                "/network/layer_norm",
                "a norm needs at least 2 hidden units to compare, this network has \(network.hidden)")
        }
        if network.weightTying, let embedding = network.embedding, embedding != network.stateWidth {
            let name = network.projection == nil ? "hidden" : "projection"
            fault(
                "/network/weight_tying",
                "it needs an embedding as wide as \(name): embedding is \(embedding), \(name) is \(network.stateWidth)")
        }
    }
}
