package import RecurrentLayers

/// Every setting a training runs with, defaults included.
package struct EffectiveSettings: Codable, Sendable, Equatable {
    package var task: TaskKind
    /// Unit of the tokens; absent for numeric sequences.
    package var tokens: TokenUnit?
    /// Share of the data held back for validation, `0 ..< 1`.
    package var validation: Double
    package var network: Network
    package var training: Training
    /// Only when `task` is `forecast`.
    package var forecast: Forecast?
    /// Unit of the targets; only when `task` is `sequence_to_sequence`.
    package var targetTokens: TokenUnit?
    /// Only when `task` is `pointer`.
    package var pointer: Pointer?

    enum CodingKeys: String, CodingKey {
        case task, tokens, validation, network, training, forecast, pointer
        case targetTokens = "target_tokens"
    }

    package struct Network: Codable, Sendable, Equatable {
        package var cell: CellChoice
        package var layers: Int
        package var hidden: Int
        package var bidirectional: Bool
        package var dropout: Double
        /// Width of the token embedding; absent for numeric sequences.
        package var embedding: Int?
        package var activation: ActivationChoice
        package var residual = false
        package var weightTying = false
        package var lockedDropout = false
        package var embeddingDropout = 0.0
        package var initializer = NetworkSettings.Initializer.uniform
        /// Only with the initializer `chrono`.
        package var chronoSteps: Int?
        /// P of an LSTM whose state is projected; absent: not projected.
        package var projection: Int?
        package var layerNorm = false
        package var recurrentDropout = 0.0
        /// Only with the cell `gru`.
        package var gruReset: NetworkSettings.GRUReset?
        // Only for `sequence_to_sequence` and `pointer`; `cell`, `layers` and `hidden` are then the encoder's, the cell also the decoder's.
        package var encoder: EncoderChoice?
        package var decoderLayers: Int?
        package var decoderHidden: Int?
        /// Only with additive attention, and for a pointer.
        package var attentionWidth: Int?
        /// Only with the encoder or the cell `transformer`, as feedForward; `hidden` is then the width of its blocks.
        package var heads: Int?
        package var feedForward: Int?
        /// Only for `sequence_to_sequence`.
        package var attention: AttentionChoice?
        package var targetEmbedding: Int?

        /// Units of the state of one direction of a layer.
        package var stateWidth: Int { projection ?? hidden }

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
    }

    package struct Training: Codable, Sendable, Equatable {
        package var epochs: Int
        package var batchSize: Int
        /// Steps of one (truncated) backpropagation window.
        package var window: Int
        /// Steps that the carried state moves forward between two updates; absent unless `stateful`, and in settings of older versions.
        package var stride: Int?
        package var stateful: Bool
        package var optimizer: OptimizerSettings
        /// Its kind, and the settings of that kind.
        package var schedule: ScheduleRequest
        package var gradientNormMax: Double
        /// Absent when components are not limited.
        package var gradientValueMax: Double?
        /// Absent for forecasts, whose `distribution` says it, and in settings of older versions.
        package var loss: LossKind?
        /// Absent where the task has no labels.
        package var labelSmoothing: Double?
        /// Absent when all labels weigh the same.
        package var classWeights: ClassWeights?
        /// Only for `sequence_to_sequence`.
        package var scheduledSampling: Double?
        package var earlyStopping: EarlyStopping
        package var seed: UInt64
        /// Absent when training may take as long as it needs.
        package var maxSeconds: Double?
        package var checkpointSeconds: Double

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
    }

    package struct OptimizerSettings: Codable, Sendable, Equatable {
        package var name: OptimizerKind
        package var learningRate: Double
        package var momentum: Double
        package var weightDecay: Double

        enum CodingKeys: String, CodingKey {
            case name, momentum
            case learningRate = "learning_rate"
            case weightDecay = "weight_decay"
        }
    }

    package struct EarlyStopping: Codable, Sendable, Equatable {
        package var patience: Int
    }

    package struct Pointer: Codable, Sendable, Equatable {
        /// Whether an item can be pointed at once only.
        package var once: Bool
    }

    package struct Forecast: Codable, Sendable, Equatable {
        package var horizon: Int
        package var seasonality: Int
        package var distribution: ForecastDistribution
        /// Levels that are learned, ascending; only with the distribution `quantile`.
        package var quantiles: [Double]?
        package var scaling: SeriesScalingKind
    }
}
