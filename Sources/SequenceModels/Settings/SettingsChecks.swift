import RecurrentLayers

/// Collects faults while settings are read; ranges come from `ModelLimits`.
struct SettingsChecks {
    private(set) var faults: [Fault] = []
    /// Where the settings stand in what is read; the beginning of every pointer.
    private let root: String

    init(under root: String = "") { self.root = root }

    mutating func fault(_ pointer: String, _ detail: String) {
        faults.append(Fault(pointer: root + pointer, detail: detail))
    }

    mutating func whole(_ value: Int?, _ range: ClosedRange<Int>, _ pointer: String) {
        guard let value, !range.contains(value) else { return }
        fault(pointer, "\(value) is outside \(range.lowerBound) … \(range.upperBound)")
    }

    /// `lower < value` (or `≤` when `includingLower`) and `value ≤ upper` (or `<` when `!includingUpper`).
    mutating func real(
        _ value: Double?, _ lower: Double, _ upper: Double, _ pointer: String, includingLower: Bool = true,
        includingUpper: Bool = true
    ) {
        guard let value else { return }
        let low = includingLower ? value >= lower : value > lower
        let high = includingUpper ? value <= upper : value < upper
        if !(low && high) {
            fault(
                pointer,
                "\(value) is outside \(includingLower ? "" : "above ")\(lower) … \(includingUpper ? "" : "below ")\(upper)"
            )
        }
    }

    /// As `real`, of a value that the engine uses as a 32-bit number: it must be within the range in that form, too.
    mutating func single(
        _ value: Double?, _ lower: Double, _ upper: Double, _ pointer: String, includingLower: Bool = true,
        includingUpper: Bool = true
    ) {
        let before = faults.count
        real(value, lower, upper, pointer, includingLower: includingLower, includingUpper: includingUpper)
        guard let value, faults.count == before else { return }
        let used = Float(value)
        if value != 0 && used.magnitude < .leastNormalMagnitude {
            fault(pointer, "\(value) is too small for a 32-bit number: \(Float.leastNormalMagnitude) is the least")
        } else if (!includingUpper && used >= Float(upper)) || (!includingLower && used <= Float(lower)) {
            fault(pointer, "\(value) is \(used) as a 32-bit number, which is outside the range")
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
        single(request.network.dropout, 0, 1, "/network/dropout", includingUpper: false)
        single(request.network.embeddingDropout, 0, 1, "/network/embedding_dropout", includingUpper: false)
        whole(request.network.projection, 1...ModelLimits.hiddenMax, "/network/projection")
        single(request.network.recurrentDropout, 0, 1, "/network/recurrent_dropout", includingUpper: false)
        whole(request.network.attentionWidth, 1...ModelLimits.hiddenMax, "/network/attention_width")
        whole(request.network.heads, 1...ModelLimits.headsMax, "/network/heads")
        whole(request.network.feedForward, 1...4 * ModelLimits.hiddenMax, "/network/feed_forward")
        whole(request.network.decoderLayers, 1...ModelLimits.layersMax, "/network/decoder_layers")
        whole(request.network.decoderHidden, 1...ModelLimits.hiddenMax, "/network/decoder_hidden")
        whole(request.network.targetEmbedding, 1...ModelLimits.embeddingMax, "/network/target_embedding")
        whole(request.network.chronoSteps, 2...ModelLimits.windowMax, "/network/chrono_steps")
        let training = request.training
        whole(training.epochs, 1...ModelLimits.epochsMax, "/training/epochs")
        whole(training.batchSize, 1...ModelLimits.batchMax, "/training/batch_size")
        whole(training.window, 1...ModelLimits.windowMax, "/training/window")
        whole(training.stride, 1...ModelLimits.windowMax, "/training/stride")
        whole(training.earlyStopping.patience, 1...ModelLimits.patienceMax, "/training/early_stopping/patience")
        single(
            training.optimizer.learningRate, 0, ModelLimits.learningRateMax, "/training/optimizer/learning_rate",
            includingLower: false)
        single(training.optimizer.momentum, 0, 1, "/training/optimizer/momentum", includingUpper: false)
        single(training.optimizer.weightDecay, 0, 1, "/training/optimizer/weight_decay")
        single(training.gradientNormMax, 0, 1e6, "/training/gradient_norm_max", includingLower: false)
        single(training.gradientValueMax, 0, 1e6, "/training/gradient_value_max", includingLower: false)
        single(training.labelSmoothing, 0, 1, "/training/label_smoothing", includingUpper: false)
        single(training.scheduledSampling, 0, 1, "/training/scheduled_sampling")
        ranges(of: training.schedule)
        if case .byLabel(let weights)? = training.classWeights {
            for (label, weight) in weights.sorted(by: { $0.key < $1.key }) {
                single(weight, 0, ModelLimits.classWeightMax, ClassWeights.pointer(label), includingLower: false)
            }
        }
        real(training.maxSeconds, 0, ModelLimits.secondsMax, "/training/max_seconds", includingLower: false)
        real(
            training.checkpointSeconds, 0, ModelLimits.secondsMax, "/training/checkpoint_seconds", includingLower: false
        )
        whole(request.forecast.horizon, 1...ModelLimits.horizonMax, "/forecast/horizon")
        whole(request.forecast.seasonality, 1...ModelLimits.seasonalityMax, "/forecast/seasonality")
        levels(request.forecast)
        if request.forecast.distribution == .negativeBinomial, let scaling = request.forecast.scaling,
            scaling == .standard || scaling == .log
        {
            fault(
                "/forecast/scaling",
                "counts are scaled by their mean or not at all: \(scaling.rawValue) does not go with negative_binomial")
        }
    }

    private mutating func levels(_ forecast: ForecastRequest) {
        guard let levels = forecast.quantiles else { return }
        let pointer = "/forecast/quantiles"
        if forecast.distribution != .quantile {
            fault(pointer, "levels to learn belong to the distribution quantile; without it, ask /predict for levels")
        }
        if levels.count < 2 { fault(pointer, "a spread needs at least 2 levels") }
        quantiles(levels, pointer)
        for (index, level) in levels.prefix(ModelLimits.quantilesMax).enumerated() where level > 0 && level < 1 {
            single(level, 0, 1, "\(pointer)/\(index)", includingLower: false, includingUpper: false)
        }
    }

    /// Levels of quantiles: not too many, each between 0 and 1, none twice.
    mutating func quantiles(_ levels: [Double], _ pointer: String) {
        if levels.count > ModelLimits.quantilesMax {
            fault(pointer, "\(levels.count) levels, at most \(ModelLimits.quantilesMax)")
        }
        for (index, level) in levels.prefix(ModelLimits.quantilesMax).enumerated() {
            if !(level > 0 && level < 1) {
                fault("\(pointer)/\(index)", "\(level) is not between 0 and 1")
            } else if let first = levels.firstIndex(of: level), first < index {
                fault("\(pointer)/\(index)", "\(level) is already at \(pointer)/\(first)")
            }
        }
    }

    private mutating func ranges(of schedule: ScheduleRequest) {
        let root = "/training/schedule/"
        real(schedule.warmup, 0, 1, root + "warmup", includingUpper: false)
        real(schedule.factor, 0, 1, root + "factor", includingLower: false, includingUpper: false)
        whole(schedule.every, 1...ModelLimits.epochsMax, root + "every")
        real(schedule.decay, 0, 1, root + "decay", includingLower: false)
        whole(schedule.patience, 1...ModelLimits.patienceMax, root + "patience")
        whole(schedule.hold, 1...ModelLimits.epochsMax, root + "hold")
        real(schedule.divisor, 1, 1e6, root + "divisor", includingLower: false)
    }
}
