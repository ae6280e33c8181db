package import JSON
import RecurrentLayers
package import SequenceModels

/// Reads the settings groups of a training request. Only types and words are checked here; whether the values make
/// sense for the data is for the planner to say.
package enum SettingsReader {
    package static func read(_ reader: JSONReader) -> SettingsRequest {
        var settings = SettingsRequest()
        settings.task = reader.choice("task", as: TaskKind.self)
        settings.tokens = reader.choice("tokens", as: TokenUnit.self)
        settings.targetTokens = reader.choice("target_tokens", as: TokenUnit.self)
        if let value = reader.value("validation"), value.object == nil {
            settings.validation = reader.double("validation")
        }
        if let network = reader.object("network", network) { settings.network = network }
        if let training = reader.object("training", training) { settings.training = training }
        if let forecast = reader.object("forecast", forecast) { settings.forecast = forecast }
        settings.pointer = reader.object("pointer") { inner in
            var pointer = PointerRequest()
            pointer.once = inner.bool("once")
            return pointer
        }
        return settings
    }

    /// `network`, of a training and of an import.
    static func network(_ reader: JSONReader) -> NetworkRequest {
        var network = NetworkRequest()
        network.cell = reader.choice("cell", as: CellChoice.self)
        network.layers = reader.int("layers")
        network.hidden = reader.int("hidden")
        network.bidirectional = reader.bool("bidirectional")
        network.dropout = reader.double("dropout")
        network.embedding = reader.int("embedding")
        network.activation = reader.choice("activation", as: ActivationChoice.self)
        network.residual = reader.bool("residual")
        network.weightTying = reader.bool("weight_tying")
        network.lockedDropout = reader.bool("locked_dropout")
        network.embeddingDropout = reader.double("embedding_dropout")
        network.initializer = reader.choice("initializer", as: NetworkSettings.Initializer.self)
        network.chronoSteps = reader.int("chrono_steps")
        network.projection = reader.int("projection")
        network.layerNorm = reader.bool("layer_norm")
        network.recurrentDropout = reader.double("recurrent_dropout")
        network.gruReset = reader.choice("gru_reset", as: NetworkSettings.GRUReset.self)
        network.attention = reader.choice("attention", as: AttentionChoice.self)
        network.attentionWidth = reader.int("attention_width")
        network.encoder = reader.choice("encoder", as: EncoderChoice.self)
        network.heads = reader.int("heads")
        network.feedForward = reader.int("feed_forward")
        network.decoderLayers = reader.int("decoder_layers")
        network.decoderHidden = reader.int("decoder_hidden")
        network.targetEmbedding = reader.int("target_embedding")
        return network
    }

    private static func training(_ reader: JSONReader) -> TrainingRequest {
        var training = TrainingRequest()
        training.epochs = reader.int("epochs")
        training.batchSize = reader.int("batch_size")
        training.window = reader.int("window")
        training.stride = reader.int("stride")
        training.stateful = reader.bool("stateful")
        reader.object("optimizer") { optimizer in
            training.optimizer.name = optimizer.choice("name", as: OptimizerKind.self)
            training.optimizer.learningRate = optimizer.double("learning_rate")
            training.optimizer.momentum = optimizer.double("momentum")
            training.optimizer.weightDecay = optimizer.double("weight_decay")
        }
        if let schedule = reader.object("schedule", schedule) { training.schedule = schedule }
        training.gradientNormMax = reader.double("gradient_norm_max")
        training.gradientValueMax = reader.double("gradient_value_max")
        training.loss = reader.choice("loss", as: LossKind.self)
        training.labelSmoothing = reader.double("label_smoothing")
        training.classWeights = classWeights(reader)
        training.scheduledSampling = reader.double("scheduled_sampling")
        reader.object("early_stopping") { training.earlyStopping.patience = $0.int("patience") }
        training.seed = reader.seed("seed")
        training.maxSeconds = reader.double("max_seconds")
        training.checkpointSeconds = reader.double("checkpoint_seconds")
        return training
    }

    private static func schedule(_ reader: JSONReader) -> ScheduleRequest {
        var schedule = ScheduleRequest()
        schedule.name = reader.choice("name", as: ScheduleKind.self)
        schedule.warmup = reader.double("warmup")
        schedule.factor = reader.double("factor")
        schedule.every = reader.int("every")
        schedule.decay = reader.double("decay")
        schedule.patience = reader.int("patience")
        schedule.hold = reader.int("hold")
        schedule.divisor = reader.double("divisor")
        return schedule
    }

    /// `"balanced"`, or an object label → weight.
    private static func classWeights(_ reader: JSONReader) -> ClassWeights? {
        guard let value = reader.value("class_weights") else { return nil }
        if value.asString == "balanced" { return .balanced }
        guard value.object != nil else {
            reader.fault("class_weights", "expected \"balanced\" or an object of label and weight")
            return nil
        }
        return reader.object("class_weights") { weights in
            var result: [String: Double] = [:]
            for (label, _) in weights.source.members { result[label] = weights.double(label) }
            return .byLabel(result)
        }
    }

    private static func forecast(_ reader: JSONReader) -> ForecastRequest {
        var forecast = ForecastRequest()
        forecast.horizon = reader.int("horizon")
        forecast.seasonality = reader.int("seasonality")
        forecast.distribution = reader.choice("distribution", as: ForecastDistribution.self)
        forecast.quantiles = reader.doubles("quantiles")
        forecast.scaling = reader.choice("scaling", as: SeriesScalingKind.self)
        return forecast
    }
}
