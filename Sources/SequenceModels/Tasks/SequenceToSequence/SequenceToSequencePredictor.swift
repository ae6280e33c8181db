import Kernels
import RecurrentLayers

/// Reads inputs and begins answers.
struct SequenceToSequencePredictor: TaskPredictor {
    private let network: EncoderDecoderNetwork
    private let reader: InputEncoder
    private let target: TargetReader
    private let facts: PairFacts

    init(description: ModelDescription, tensors: [NamedTensor]) throws(ModelError) {
        guard case .encoderDecoder(let settings) = description.network else { throw .missingTensor("network") }
        guard let target = TargetReader(description: description), target.vocabulary.count == settings.targetVocabulary
        else {
            throw .missingTensor("target_vocabulary")
        }
        guard let facts = description.pairs, facts.longestInput > 0 else { throw .missingTensor("pairs") }
        guard settings.canAttend, settings.decoder.layers > 0, !settings.decoder.bidirectional else {
            throw .missingTensor("network")
        }
        reader = InputEncoder(description: description, stepsMax: ModelLimits.sequenceStepsMax)
        try reader.requireInput(settings.source, of: description)
        network = try EncoderDecoderNetwork(settings: settings, tensors: tensors, training: false)
        self.target = target
        self.facts = facts
    }

    var parameterCount: Int { network.parameterCount }
    var networkSizeBytes: Int { network.servingSizeBytes }
    func stepper() -> any StreamStepper { LoneStepper() }

    /// h, c and the attentional vector, twice for reordering, and the probabilities of what comes next.
    var rowSizeBytes: Int {
        let decoder = network.settings.decoder
        return (2 * (2 * decoder.layers + 1) * decoder.hidden + network.settings.targetVocabulary)
            * MemoryLayout<Float>.size
    }

    func start(_ request: PredictionRequest) throws(Faults) -> any PredictionStream {
        let asked = try DecodingRequest(
            request, task: .sequenceToSequence, hasAttention: network.settings.attention != .none)
        guard let value = request.sequence else { throw Faults("/sequence", "a sequence to answer is needed") }
        let input = try PairedData.encode(value, reader, pointer: "/sequence")
        let search = BeamSearch(
            width: asked.beamWidth, end: target.end,
            banned: target.vocabulary.description.unknownIndex.map { Int32($0) },
            stepsMax: asked.lengthMax ?? facts.lengthMax(steps: input.steps), lengthPenalty: asked.lengthPenalty)
        let (network, target) = (network, target)
        let names = asked.attention ? reader.names(value) : []
        return DecodingStream(
            search: search, wantsAttention: asked.attention, reading: Self.reading(target, asked, inputNames: names),
            // Each row has its attention.
            sizeBytes: input.steps
                * (DecodingRequest.sizeBytes(encoder: network.settings.encoder, inputs: network.settings.source) + 4
                    * asked.beamWidth)
                + asked.answerSizeBytes(steps: search.stepsMax, inputSteps: input.steps)
        ) { SymbolDecoder(network: network, input: input, start: target.end, width: asked.beamWidth) }
    }

    private static func reading(_ target: TargetReader, _ asked: DecodingRequest, inputNames: [String])
        -> DecodingStream.Reading
    {
        let isText = target.vocabulary.description.unit != .symbols
        return DecodingStream.Reading { search in
            asked.answers(of: search, inputNames: inputNames) { choices in
                SymbolOutput(text: isText ? target.text(choices) : nil, tokens: target.names(choices))
            }
        } event: { step, index in
            let name = target.vocabulary.description.tokens[Int(step.choice)]
            return SymbolEvent(
                index: index, token: name, text: isText ? name : nil, logprob: step.logprob,
                attention: asked.attention ? step.attention : nil)
        }
    }
}
