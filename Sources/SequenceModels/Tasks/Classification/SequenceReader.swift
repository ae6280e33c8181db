import Kernels
import RecurrentLayers

/// A sequence as a network reads it.
enum EncodedSequence: Sendable {
    case tokens([Int32])
    /// `[T, I]`, scaled, with indicators where the model has them.
    case numbers([Float], width: Int)

    /// T.
    var steps: Int {
        switch self {
        case .tokens(let tokens): tokens.count
        case .numbers(let values, let width): values.count / width
        }
    }

    /// Bytes it holds.
    var sizeBytes: Int {
        switch self {
        case .tokens(let tokens): tokens.count * MemoryLayout<Int32>.size
        case .numbers(let values, _): values.count * MemoryLayout<Float>.size
        }
    }

    /// Writes all steps to row `row`, from the window's beginning.
    func write(to workspace: some InputWindow, row: Int) {
        for step in 0..<steps { write(step: step, to: workspace, t: step, row: row) }
    }

    /// Writes step `step` to row `row` of `[T, B]` inputs at time `t`.
    func write(step: Int, to workspace: some InputWindow, t: Int, row: Int) {
        let place = t * workspace.batch + row
        workspace.mask[place] = 1
        switch self {
        case .tokens(let tokens): workspace.tokens[place] = tokens[step]
        case .numbers(let values, let width):
            values.withUnsafeBufferPointer { buffer in
                guard let base = buffer.baseAddress else { return }
                (workspace.inputs + place * width).update(from: base + step * width, count: width)
            }
        }
    }
}

/// Turns the sequences of a supervised task into network inputs.
struct SequenceReader: Sendable {
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
            vocabulary = Vocabulary.build(training, unit: settings.tokens ?? .characters, extras: extras)
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
            throw .missingTensor("vocabulary or channel_scaling")
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

    func encode(_ value: SequenceValue, pointer: String) throws(Faults) -> EncodedSequence {
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

extension ChannelScaling {
    /// Measured over all steps of `training`; a constant channel has deviation 1.
    init(_ training: [SequenceValue], channels: Int) {
        var sum = [Double](repeating: 0, count: channels), squares = sum, count = sum
        var missing = false
        func each(_ body: (Int, Double) -> Void) {
            for case .numeric(let series) in training {
                for (index, value) in series.values.enumerated() {
                    if value.isNaN { missing = true } else { body(index % channels, value) }
                }
            }
        }
        each {
            sum[$0] += $1; count[$0] += 1
        }
        let means = zip(sum, count).map { $1 > 0 ? $0 / $1 : 0 }
        each { squares[$0] += ($1 - means[$0]) * ($1 - means[$0]) }
        mean = means
        deviation = zip(squares, count).map { square, n in
            let value = n > 0 ? (square / n).squareRoot() : 0
            return value > 1e-12 ? value : 1
        }
        indicators = missing
    }

    /// - Parameter values: `[T, C]`, NaN missing. - Returns: `[T, C or 2·C]`; a missing value is 0, and 1 in its indicator.
    func apply(_ values: ArraySlice<Double>) -> [Float] {
        let channels = mean.count
        var result: [Float] = []
        result.reserveCapacity(values.count * (indicators ? 2 : 1))
        for row in stride(from: values.startIndex, to: values.endIndex, by: channels) {
            for channel in 0..<channels {
                let value = values[row + channel]
                result.append(value.isNaN ? 0 : Float(max(-30, min(30, (value - mean[channel]) / deviation[channel]))))
            }
            if indicators { for channel in 0..<channels { result.append(values[row + channel].isNaN ? 1 : 0) } }
        }
        return result
    }
}
