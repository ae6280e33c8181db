extension SettingsRequest {
    /// The request that asks for exactly these settings, so that what is read from a file is judged as what a client
    /// sends.
    ///
    /// Left out is what a request cannot say: the 0 epochs of weights that were trained elsewhere, and the window of
    /// pairs, which are learned whole.
    init(_ settings: EffectiveSettings) {
        self.init()
        task = settings.task
        tokens = settings.tokens
        targetTokens = settings.targetTokens
        validation = settings.validation
        network = NetworkRequest(settings.network)
        training = TrainingRequest(settings.training)
        if training.epochs == 0 { training.epochs = nil }
        if settings.task.isPaired { training.window = nil }
        if let own = settings.forecast {
            forecast.horizon = own.horizon
            forecast.seasonality = own.seasonality
            forecast.distribution = own.distribution
            forecast.quantiles = own.quantiles
            forecast.scaling = own.scaling
        }
        if let own = settings.pointer {
            var request = PointerRequest()
            request.once = own.once
            pointer = request
        }
    }
}

extension NetworkRequest {
    fileprivate init(_ network: EffectiveSettings.Network) {
        self.init()
        cell = network.cell
        layers = network.layers
        hidden = network.hidden
        bidirectional = network.bidirectional
        dropout = network.dropout
        embedding = network.embedding
        activation = network.activation
        residual = network.residual
        weightTying = network.weightTying
        lockedDropout = network.lockedDropout
        embeddingDropout = network.embeddingDropout
        initializer = network.initializer
        chronoSteps = network.chronoSteps
        projection = network.projection
        layerNorm = network.layerNorm
        recurrentDropout = network.recurrentDropout
        gruReset = network.gruReset
        attention = network.attention
        attentionWidth = network.attentionWidth
        encoder = network.encoder
        heads = network.heads
        feedForward = network.feedForward
        decoderLayers = network.decoderLayers
        decoderHidden = network.decoderHidden
        targetEmbedding = network.targetEmbedding
    }
}

extension TrainingRequest {
    fileprivate init(_ training: EffectiveSettings.Training) {
        self.init()
        epochs = training.epochs
        batchSize = training.batchSize
        window = training.window
        stride = training.stride
        stateful = training.stateful
        optimizer.name = training.optimizer.name
        optimizer.learningRate = training.optimizer.learningRate
        optimizer.momentum = training.optimizer.momentum
        optimizer.weightDecay = training.optimizer.weightDecay
        schedule = training.schedule
        gradientNormMax = training.gradientNormMax
        gradientValueMax = training.gradientValueMax
        loss = training.loss
        labelSmoothing = training.labelSmoothing
        classWeights = training.classWeights
        scheduledSampling = training.scheduledSampling
        earlyStopping.patience = training.earlyStopping.patience
        seed = training.seed
        maxSeconds = training.maxSeconds
        checkpointSeconds = training.checkpointSeconds
    }
}
