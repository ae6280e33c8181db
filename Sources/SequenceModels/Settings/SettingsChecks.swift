import RecurrentLayers

/// Collects faults while settings are read; ranges come from `ModelLimits`.
struct SettingsChecks {
    private(set) var faults: [Fault] = []

    mutating func fault(_ pointer: String, _ detail: String) { faults.append(Fault(pointer: pointer, detail: detail)) }

    mutating func whole(_ value: Int?, _ range: ClosedRange<Int>, _ pointer: String) {
        guard let value, !range.contains(value) else { return }
        fault(pointer, "\(value) is outside \(range.lowerBound) … \(range.upperBound)")
    }

    /// `lower < value` (or `≤` when `includingLower`) and `value ≤ upper` (or `<` when `!includingUpper`).
    mutating func real(
        _ value: Double?, _ lower: Double, _ upper: Double, _ pointer: String, includingLower: Bool = true, includingUpper: Bool = true
    ) {
        guard let value else { return }
        let low = includingLower ? value >= lower : value > lower
        let high = includingUpper ? value <= upper : value < upper
        if !(low && high) {
            fault(pointer, "\(value) is outside \(includingLower ? "" : "above ")\(lower) … \(includingUpper ? "" : "below ")\(upper)")
        }
    }

    func finish() throws(Faults) {
        if !faults.isEmpty { throw Faults(list: faults) }
    }
}

extension SettingsChecks {
    /// Ranges of all settings that do not depend on the task.
    mutating func ranges(of request: SettingsRequest) {
        real(request.validation, 0, ModelLimits.validationMax, "/validation")
        whole(request.network.layers, 1...ModelLimits.layersMax, "/network/layers")
        whole(request.network.hidden, 1...ModelLimits.hiddenMax, "/network/hidden")
        whole(request.network.embedding, 1...ModelLimits.embeddingMax, "/network/embedding")
        real(request.network.dropout, 0, 1, "/network/dropout", includingUpper: false)
        let training = request.training
        whole(training.epochs, 1...ModelLimits.epochsMax, "/training/epochs")
        whole(training.batchSize, 1...ModelLimits.batchMax, "/training/batch_size")
        whole(training.window, 1...ModelLimits.windowMax, "/training/window")
        whole(training.earlyStopping.patience, 1...ModelLimits.patienceMax, "/training/early_stopping/patience")
        real(training.optimizer.learningRate, 0, ModelLimits.learningRateMax, "/training/optimizer/learning_rate", includingLower: false)
        real(training.optimizer.momentum, 0, 1, "/training/optimizer/momentum", includingUpper: false)
        real(training.optimizer.weightDecay, 0, 1, "/training/optimizer/weight_decay")
        real(training.gradientNormMax, 0, 1e6, "/training/gradient_norm_max", includingLower: false)
        real(training.maxSeconds, 0, ModelLimits.secondsMax, "/training/max_seconds", includingLower: false)
        real(training.checkpointSeconds, 0, ModelLimits.secondsMax, "/training/checkpoint_seconds", includingLower: false)
        whole(request.forecast.horizon, 1...ModelLimits.horizonMax, "/forecast/horizon")
        whole(request.forecast.seasonality, 1...ModelLimits.seasonalityMax, "/forecast/seasonality")
    }

    /// Settings that mean nothing for the task at hand.
    mutating func applicability(of request: SettingsRequest, task: TaskKind, numeric: Bool) {
        if let activation = request.network.activation, request.network.cell != .rnn, activation != .tanh {
            fault("/network/activation", "\(activation.rawValue) needs the cell rnn; the gates of lstm and gru are fixed")
        }
        if request.network.bidirectional == true && task != .classification {
            fault("/network/bidirectional", "\(task.rawValue) must not see the future; only a classification can be bidirectional")
        }
        if numeric && request.network.embedding != nil {
            fault("/network/embedding", "numeric sequences have no embedding")
        }
        if numeric && request.tokens != nil { fault("/tokens", "numeric sequences have no tokens") }
        if request.training.stateful == true && task != .languageModel {
            fault("/training/stateful", "only a language_model carries its state from window to window")
        }
        if task != .forecast && request.forecast != ForecastRequest() {
            fault("/forecast", "these settings need the task forecast, this one is \(task.rawValue)")
        }
    }
}
