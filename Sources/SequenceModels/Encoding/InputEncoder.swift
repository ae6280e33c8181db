import RecurrentLayers

/// Turns the sequences of a supervised task into network inputs.
struct InputEncoder: Sendable {
    let vocabulary: Vocabulary?
    let scaling: ChannelScaling?
    /// C of numeric sequences.
    let channels: Int
    /// Longer sequences are read from their last `stepsMax` steps.
    let stepsMax: Int

    /// - Parameters:
    ///   - stepsMax: default the window.
    ///   - extras: of the vocabulary.
    ///   - parent: reads on as it does.
    init(
        training: [SequenceValue], settings: EffectiveSettings, stepsMax: Int? = nil,
        extras: Vocabulary.Extras = Vocabulary.Extras(unknown: true),
        parent: ModelDescription?
    ) {
        self.stepsMax = stepsMax ?? settings.training.window
        if let parent {
            (channels, scaling) = (parent.channels ?? 0, parent.channelScaling)
            vocabulary = parent.vocabulary.map { Vocabulary(description: $0) }
        } else if case .numeric(let first)? = training.first {
            channels = first.channels
            scaling = ChannelScaling(training, channels: first.channels)
            vocabulary = nil
        } else {
            channels = 0
            scaling = nil
            vocabulary = Vocabulary.build(
                training, unit: settings.tokens ?? .characters, extras: extras.asked(settings.unknown))
        }
    }

    init(description: ModelDescription, stepsMax: Int? = nil) {
        self.stepsMax = stepsMax ?? description.contextSteps
        vocabulary = description.vocabulary.map { Vocabulary(description: $0) }
        scaling = description.channelScaling
        channels = description.channels ?? 0
    }

    /// The network's input.
    func input(embedding: Int?) -> NetworkSettings.Input {
        if let vocabulary { return .tokens(vocabulary: vocabulary.count, embedding: embedding ?? 16) }
        return .numeric(channels: channels * (scaling?.indicators == true ? 2 : 1))
    }

    /// - Throws: when the network of `description`, which reads `input`, reads something else than this gives.
    func requireInput(_ found: NetworkSettings.Input, of description: ModelDescription) throws(ModelError) {
        guard input(embedding: description.settings.network.embedding) == found else {
            throw .unfitDescription(member: "vocabulary or channel_scaling")
        }
    }

    /// A model that reads as this does; what it answers is for the task to add.
    func description(_ settings: EffectiveSettings, network: ModelNetwork) -> ModelDescription {
        ModelDescription(
            settings: settings, network: network, vocabulary: vocabulary?.description,
            channels: scaling == nil ? nil : channels,
            channelScaling: scaling)
    }

    /// What to call each step of a sequence: its token, its number, or its place when it is several numbers.
    func names(_ value: SequenceValue) -> [String] {
        switch value {
        case .numeric(let series):
            series.channels == 1 ? series.values.map { $0.isNaN ? "" : "\($0)" } : (0..<series.steps).map { "\($0)" }
        case .symbols(let symbols): symbols
        case .text(let text): Tokenizer.tokens(of: text, unit: vocabulary?.description.unit ?? .characters)
        }
    }

    /// - Parameter isPart: the sequence is part of one that goes on: all of it is read.
    func encode(_ value: SequenceValue, pointer: String, isPart: Bool = false) throws(Faults) -> EncodedSequence {
        let stepsMax = isPart ? ModelLimits.sequenceStepsMax : stepsMax
        if let vocabulary { return .tokens(Array(try vocabulary.encode(value, pointer: pointer).suffix(stepsMax))) }
        guard case .numeric(let series) = value, let scaling else { throw Faults(pointer, "expected a numeric series") }
        guard series.channels == channels else {
            throw Faults(pointer, "\(series.channels) channels, the model has \(channels)")
        }
        if let bad = series.values.firstIndex(where: { $0.magnitude > ModelLimits.valueMax }) {
            throw Faults("\(pointer)/\(bad / channels)", "magnitude above \(ModelLimits.valueMax)")
        }
        return .numbers(
            scaling.apply(series.values.suffix(stepsMax * channels)), width: channels * (scaling.indicators ? 2 : 1))
    }
}
