import Kernels
import RecurrentLayers

/// Reads items and begins answers.
struct PointerPredictor: TaskPredictor {
    private let network: PointerNetwork
    private let reader: InputEncoder
    private let facts: PairFacts

    init(description: ModelDescription, tensors: [NamedTensor]) throws(ModelError) {
        guard case .pointer(let settings) = description.network, settings.attentionWidth > 0,
            settings.decoder.layers > 0,
            !settings.decoder.bidirectional
        else { throw .missingTensor("network") }
        guard let facts = description.pairs, facts.longestInput > 0 else { throw .missingTensor("pairs") }
        reader = InputEncoder(description: description, stepsMax: ModelLimits.sequenceStepsMax)
        try reader.requireInput(settings.items, of: description)
        network = try PointerNetwork(settings: settings, tensors: tensors, training: false)
        self.facts = facts
    }

    var parameterCount: Int { network.parameterCount }
    var networkSizeBytes: Int { network.servingSizeBytes }
    func stepper() -> any StreamStepper { LoneStepper() }

    /// h and c, twice for reordering.
    var rowSizeBytes: Int {
        let decoder = network.settings.decoder
        return 4 * decoder.layers * decoder.hidden * MemoryLayout<Float>.size
    }

    func start(_ request: PredictionRequest) throws(Faults) -> any PredictionStream {
        let asked = try DecodingRequest(request, task: .pointer, hasAttention: true)
        guard let value = request.sequence else { throw Faults("/sequence", "a sequence of items is needed") }
        let input = try PairedData.encode(value, reader, pointer: "/sequence")
        let settings = network.settings
        // Each item once, and no end: the answer is an order of all items.
        let natural = settings.usesOnce ? input.steps + (settings.hasEnd ? 1 : 0) : facts.lengthMax(steps: input.steps)
        let search = BeamSearch(
            width: asked.beamWidth, end: settings.hasEnd ? 0 : nil, stepsMax: min(natural, asked.lengthMax ?? natural),
            lengthPenalty: asked.lengthPenalty)
        let network = network
        let names = asked.attention ? reader.names(value) : []
        return DecodingStream(
            search: search, wantsAttention: asked.attention, reading: Self.reading(asked, inputNames: names),
            // Each row knows which items were chosen, and the score of each.
            sizeBytes: input.steps
                * (DecodingRequest.sizeBytes(encoder: settings.encoder, inputs: settings.items) + 12 * asked.beamWidth)
                + asked.answerSizeBytes(steps: search.stepsMax, inputSteps: input.steps)
        ) { PositionDecoder(network: network, input: input, width: asked.beamWidth) }
    }

    private static func reading(_ asked: DecodingRequest, inputNames: [String]) -> DecodingStream.Reading {
        DecodingStream.Reading { search in
            asked.answers(of: search, inputNames: inputNames) { choices in
                PositionOutput(indices: choices.map { Int($0) - 1 })
            }
        } event: { step, index in
            PositionEvent(
                index: index, position: Int(step.choice) - 1, logprob: step.logprob,
                attention: asked.attention ? step.attention : nil)
        }
    }
}
