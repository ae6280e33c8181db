import Kernels
import RecurrentLayers

/// Reads inputs and begins answers.
struct PairedPredictor<Target: PairedTarget>: TaskPredictor {
    private let network: Target.Network
    private let target: Target
    private let reader: InputEncoder
    private let facts: PairFacts

    init(description: ModelDescription, tensors: [NamedTensor]) throws(ModelError) {
        let (target, shape) = try Target.parts(of: description)
        guard shape.isSound else { throw .unfitDescription(member: "network") }
        guard let facts = description.pairs, facts.longestInput > 0 else { throw .unfitDescription(member: "pairs") }
        reader = InputEncoder(description: description, stepsMax: ModelLimits.sequenceStepsMax)
        try reader.requireInput(shape.input, of: description)
        network = try Target.Network(settings: shape, tensors: tensors, training: false)
        self.target = target
        self.facts = facts
    }

    var vocabulary: Vocabulary? { reader.vocabulary }
    var parameterCount: Int { network.parameterCount }
    var networkSizeBytes: Int { network.servingSizeBytes }
    var rowSizeBytes: Int { Target.rowSizeBytes(network.settings) }
    func stepper() -> any StreamStepper { LoneStepper() }

    func start(_ request: PredictionRequest) throws(Faults) -> any PredictionStream {
        let shape = network.settings
        let asked = try DecodingRequest(request, task: Target.task, hasAttention: Target.hasAttention(shape))
        guard let value = request.sequence else { throw Faults("/sequence", Target.missingInput) }
        let input = try PairedData.encode(value, reader, pointer: "/sequence")
        let search = BeamSearch(
            width: asked.beamWidth, end: target.end, banned: target.banned,
            stepsMax: target.stepsMax(wanted: asked.lengthMax, inputSteps: input.steps, facts: facts),
            lengthPenalty: asked.lengthPenalty)
        let (network, target) = (network, target)
        let names = asked.attention ? reader.names(value) : []
        return DecodingStream(
            search: search, wantsAttention: asked.attention, reading: Self.reading(target, asked, inputNames: names),
            sizeBytes: input.steps
                * (DecodingRequest.sizeBytes(encoder: shape.encoder, inputs: shape.input)
                    + Target.rowStepSizeBytes * asked.beamWidth)
                + asked.answerSizeBytes(steps: search.stepsMax, inputSteps: input.steps)
        ) { PairedDecoder(network: network, target: target, input: input, width: asked.beamWidth) }
    }

    private static func reading(_ target: Target, _ asked: DecodingRequest, inputNames: [String])
        -> DecodingStream.Reading
    {
        DecodingStream.Reading { search in
            asked.answers(of: search, inputNames: inputNames) { choices in
                target.output(choices.map { target.element(of: $0) })
            }
        } event: { step, index in
            target.event(step, index: index, attention: asked.attention ? step.attention : nil)
        }
    }
}
