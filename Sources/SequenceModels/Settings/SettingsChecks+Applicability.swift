import RecurrentLayers

extension SettingsChecks {
    /// Settings that mean nothing for the task at hand: those that belong elsewhere, and those that exclude each other.
    mutating func applicability(of request: SettingsRequest, task: TaskKind, numeric: Bool) {
        let context = OptionContext(request, task: task, isNumeric: numeric)
        refusals(SettingsOptions.members, request.values, "", context)
        if context.isRecurrent { gates(request.network) }
        if context.isTransformer { transformer(request, task: task) }
        if task.isPaired { paired(request.network, context) }
        losses(request.training, task: task)
        if let momentum = request.training.optimizer.momentum, momentum > 0, momentum < 1 {
            let name = request.training.optimizer.name ?? .adam
            if name != .sgd && name != .nesterov {
                fault(
                    "/training/optimizer/momentum",
                    "\(name.rawValue) has no momentum of its own; it needs sgd or nesterov")
            }
        }
    }

    /// Values that are given where their rows refuse them.
    /// - Parameter place: the pointer of the group.
    mutating func refusals(
        _ members: [OptionMember], _ values: OptionValues, _ place: String, _ context: OptionContext
    ) {
        for member in members {
            switch member {
            case .option(let row):
                guard let value = values[row] else { continue }
                for reason in row.refusals(of: value, context) { fault("\(place)/\(row.name)", reason) }
            case .group(let group):
                guard let inner = values[group: group.name] else { continue }
                for refusal in group.refusals where refusal.applies(context) {
                    fault("\(place)/\(group.name)", refusal.reason(context))
                }
                refusals(group.members, inner, "\(place)/\(group.name)", context)
            }
        }
    }

    /// Of recurrent cells: what fits their gates.
    private mutating func gates(_ network: NetworkRequest) {
        if let activation = network.activation, network.cell != .rnn, activation != .tanh {
            let owner = activation == .gelu ? "transformer" : "rnn"
            fault(
                "/network/activation",
                "\(activation.rawValue) needs the cell \(owner); the gates of lstm and gru are fixed")
        } else if network.activation == .gelu {
            fault("/network/activation", "gelu belongs to the cell transformer; the cell rnn has tanh, sigmoid or relu")
        }
        if network.initializer == .chrono && network.cell == .rnn {
            fault("/network/initializer", "chrono sets the gates of lstm and gru; the cell rnn has none")
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
        if settings.unknown != nil && settings.tokens == .bytes {
            fault("/unknown", "bytes are never unknown: every text is made of the same 256")
        }
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
