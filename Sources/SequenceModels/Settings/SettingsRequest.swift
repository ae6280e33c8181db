package import RecurrentLayers

/// What the user said about a training; `nil` means "choose from the data".
package struct SettingsRequest: Codable, Sendable, Equatable {
    package var task: TaskKind?
    package var tokens: TokenUnit?
    /// Unit of the targets of a `sequence_to_sequence`.
    package var targetTokens: TokenUnit?
    /// Share of the data that is held back, `0 ..< 1`; ignored when validation examples are sent.
    package var validation: Double?
    package var network = NetworkRequest()
    package var training = TrainingRequest()
    package var forecast = ForecastRequest()
    /// Absent in requests of older versions.
    package var pointer: PointerRequest?

    enum CodingKeys: String, CodingKey {
        case task, tokens, validation, network, training, forecast, pointer
        case targetTokens = "target_tokens"
    }

    package init() {}
}

/// `network` of a training request.
package struct NetworkRequest: Codable, Sendable, Equatable {
    package var cell: CellChoice?
    package var layers: Int?
    package var hidden: Int?
    package var bidirectional: Bool?
    package var dropout: Double?
    package var embedding: Int?
    package var activation: ActivationChoice?
    /// Each layer above the first adds its input to its output.
    package var residual: Bool?
    /// The embedding serves as the weight of the head: language models only.
    package var weightTying: Bool?
    /// One draw of dropout for all steps of a sequence.
    package var lockedDropout: Bool?
    /// Probability that a token's whole embedding is dropped from a window.
    package var embeddingDropout: Double?
    package var initializer: NetworkSettings.Initializer?
    /// The longest lag, in steps, that the initializer `chrono` prepares for; default: the window.
    package var chronoSteps: Int?
    /// Units of an LSTM's projected state; absent: not projected.
    package var projection: Int?
    package var layerNorm: Bool?
    /// Probability that a unit of the state is dropped from the recurrent product, one draw for all steps of a window.
    package var recurrentDropout: Double?
    package var gruReset: NetworkSettings.GRUReset?
    package var attention: AttentionChoice?
    /// A, of additive attention and of a pointer.
    package var attentionWidth: Int?
    package var encoder: EncoderChoice?
    /// Of a Transformer, whose width is `hidden`; they divide it.
    package var heads: Int?
    /// Units inside the feed-forward part of a Transformer's block.
    package var feedForward: Int?
    package var decoderLayers: Int?
    package var decoderHidden: Int?
    /// Width of the embedding of target tokens.
    package var targetEmbedding: Int?

    enum CodingKeys: String, CodingKey {
        case cell, layers, hidden, bidirectional, dropout, embedding, activation, residual, initializer, projection,
            attention, encoder, heads
        case weightTying = "weight_tying"
        case lockedDropout = "locked_dropout"
        case embeddingDropout = "embedding_dropout"
        case chronoSteps = "chrono_steps"
        case layerNorm = "layer_norm"
        case recurrentDropout = "recurrent_dropout"
        case gruReset = "gru_reset"
        case attentionWidth = "attention_width"
        case feedForward = "feed_forward"
        case decoderLayers = "decoder_layers"
        case decoderHidden = "decoder_hidden"
        case targetEmbedding = "target_embedding"
    }

    package init() {}
}

/// `training` of a training request.
package struct TrainingRequest: Codable, Sendable, Equatable {
    package var epochs: Int?
    package var batchSize: Int?
    package var window: Int?
    /// Steps between the beginnings of two windows of a stateful training; default: the window.
    package var stride: Int?
    package var stateful: Bool?
    package var optimizer = OptimizerRequest()
    package var schedule = ScheduleRequest()
    package var gradientNormMax: Double?
    /// Each component of the gradient is limited to ± this, before its norm is.
    package var gradientValueMax: Double?
    package var loss: LossKind?
    /// ε: share of the target spread over all labels, `0 ..< 1`.
    package var labelSmoothing: Double?
    package var classWeights: ClassWeights?
    /// Share of the target steps that are fed the model's own answer at the end of the training, rising from 0.
    package var scheduledSampling: Double?
    package var earlyStopping = EarlyStoppingRequest()
    package var seed: UInt64?
    package var maxSeconds: Double?
    package var checkpointSeconds: Double?

    enum CodingKeys: String, CodingKey {
        case epochs, window, stride, stateful, optimizer, schedule, seed, loss
        case batchSize = "batch_size"
        case gradientNormMax = "gradient_norm_max"
        case gradientValueMax = "gradient_value_max"
        case labelSmoothing = "label_smoothing"
        case classWeights = "class_weights"
        case scheduledSampling = "scheduled_sampling"
        case earlyStopping = "early_stopping"
        case maxSeconds = "max_seconds"
        case checkpointSeconds = "checkpoint_seconds"
    }

    package init() {}
}

/// `training.optimizer`.
package struct OptimizerRequest: Codable, Sendable, Equatable {
    package var name: OptimizerKind?
    package var learningRate: Double?
    package var momentum: Double?
    package var weightDecay: Double?

    enum CodingKeys: String, CodingKey {
        case name, momentum
        case learningRate = "learning_rate"
        case weightDecay = "weight_decay"
    }

    package init() {}
}

/// `training.early_stopping`.
package struct EarlyStoppingRequest: Codable, Sendable, Equatable {
    /// Epochs without a better validation loss after which training ends.
    package var patience: Int?

    package init() {}
}

/// `forecast` of a training request.
package struct ForecastRequest: Codable, Sendable, Equatable {
    package var horizon: Int?
    /// Steps of one season; 1 means none.
    package var seasonality: Int?
    package var distribution: ForecastDistribution?
    /// Levels to learn, at least two; only with the distribution `quantile`.
    package var quantiles: [Double]?
    package var scaling: SeriesScalingKind?

    package init() {}
}

/// `pointer` of a training request.
package struct PointerRequest: Codable, Sendable, Equatable {
    /// Whether an item can be pointed at once only; default: whether the targets do.
    package var once: Bool?

    package init() {}
}

/// How each series is brought to a common scale.
package enum SeriesScalingKind: String, Codable, Sendable, CaseIterable {
    /// The numbers as they are.
    case none
    /// Divided by the mean absolute value of the series.
    case mean
    /// Divided by the standard deviation of the series' (seasonal) changes.
    case standard
    /// Logarithms, then as `standard`: for positive series whose swings grow with their level.
    case log
}
