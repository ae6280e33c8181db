import Kernels
import RecurrentLayers

/// One task: all that the rest of the program knows of it.
protocol SequenceTask: Sendable {
    var kind: TaskKind { get }

    // MARK: What it learns from

    /// Whether it learns labels that its examples name; false unless a task says otherwise.
    var hasLabels: Bool { get }
    /// Whether its examples are pairs of input and target; those with labels and the paired ones are.
    var isSupervised: Bool { get }
    /// Whether the target is a sequence of a length of its own; false unless a task says otherwise.
    var isPaired: Bool { get }
    /// What reads the input of a paired task unless the request says otherwise: recurrence, or blocks where a task says
    /// so.
    var encoder: EncoderChoice { get }
    /// Whether a request that names no task, and whose first example this is, means this one.
    func isMeant(by first: TrainingExample) -> Bool
    /// Whether it can be asked for by name, with such a first example.
    func accepts(_ first: TrainingExample) -> Bool
    /// The examples that mean it, as a refusal of another task names them.
    var examplesInWords: String { get }
    /// What a refusal of this task adds, with what comes before it (`; it needs …`); nothing unless a task says
    /// otherwise.
    var refusalHint: String { get }
    /// Notes what is wrong with the target of an example; every one must be like the first.
    /// - Parameter pointer: of the example.
    func checkTarget(
        _ example: TrainingExample, like first: TrainingExample, _ pointer: String, _ checks: inout SettingsChecks)

    // MARK: Training

    /// The losses to choose from, the default first; empty where none can be chosen.
    var losses: [LossKind] { get }
    /// Chooses settings and network from the data, and encodes the data, once.
    /// - Precondition: examples are of one kind and settings are within their ranges.
    /// - Parameter parent: the model to continue, whose vocabulary, labels and scaling stay; the request has its
    ///   settings already.
    func prepare(
        request: SettingsRequest, examples: [TrainingExample], validation: [TrainingExample]?, parent: ModelDescription?
    ) throws(Faults) -> PlanDraft

    // MARK: Models

    /// What models of it have beside settings, network and tokens, and their imports say.
    var parts: Set<TaskPart> { get }
    /// The network that a model of this description must have.
    /// - Precondition: settings and parts are within their limits.
    func network(of description: ModelDescription) throws(Faults) -> ModelNetwork
    /// - Throws: when description and tensors do not belong together.
    func predictor(description: ModelDescription, tensors: [NamedTensor], serving: Serving) throws(ModelError)
        -> any TaskPredictor

    /// What its network reads and answers; nil unless a task says otherwise.
    func meaning(of description: ModelDescription) -> NetworkMeaning?
    /// Whether a stream can go on from where another stood; false unless a task says otherwise.
    var goesOn: Bool { get }
    /// The shapes of the answers of its models.
    var answers: [AnswerShape] { get }
    /// How people are shown the answers, and the events of a stream; those as the answers unless a task says otherwise.
    var answerLayouts: [AnswerLayout] { get }
    var eventLayouts: [AnswerLayout] { get }

    // MARK: Weights that were trained elsewhere

    /// Whether the embedding is its head when a file has none; false unless a task says otherwise.
    var tiesMissingHead: Bool { get }
    /// Notes what its import lacks.
    func checkImport(_ request: ImportRequest, _ checks: inout SettingsChecks)
    /// Adds its parts and its network to the description of an import; refuses unless a task says otherwise.
    func complete(_ description: inout ModelDescription, _ request: ImportRequest, _ imported: ImportedTensors)
        throws(Faults)
}

extension SequenceTask {
    var hasLabels: Bool { false }
    var isPaired: Bool { false }
    var encoder: EncoderChoice { .recurrent }
    var isSupervised: Bool { hasLabels || isPaired }
    func accepts(_ first: TrainingExample) -> Bool { isMeant(by: first) }
    var refusalHint: String { "" }

    func checkTarget(
        _ example: TrainingExample, like first: TrainingExample, _ pointer: String, _ checks: inout SettingsChecks
    ) {
        checks.target(example.target, like: first.target, pointer + "/target")
    }

    func meaning(of description: ModelDescription) -> NetworkMeaning? { nil }
    var goesOn: Bool { false }
    var eventLayouts: [AnswerLayout] { answerLayouts }
    var tiesMissingHead: Bool { false }
    func checkImport(_ request: ImportRequest, _ checks: inout SettingsChecks) {}

    func complete(_ description: inout ModelDescription, _ request: ImportRequest, _ imported: ImportedTensors)
        throws(Faults)
    {
        throw Faults("/task", "a \(kind.rawValue) is not imported; train it here")
    }
}

/// A task over one sequence, whose network is of one of several families.
protocol SingleSequenceTask: SequenceTask {
    /// The predictor of a model with a network of this family.
    func predictor<Network: SequenceNetwork>(
        _ network: Network.Type, _ description: ModelDescription, _ tensors: [NamedTensor], _ serving: Serving
    ) throws(ModelError) -> any TaskPredictor
}

extension SingleSequenceTask {
    func predictor(description: ModelDescription, tensors: [NamedTensor], serving: Serving) throws(ModelError)
        -> any TaskPredictor
    {
        try predictor(description.network.sequenceNetwork(), description, tensors, serving)
    }
}

/// A part of a model that only those of some tasks have.
enum TaskPart: Sendable {
    case labels, targetScaling, targetVocabulary
    /// Where inputs are numbers.
    case channelScaling
    /// Whether inputs can be numbers, and whether they can be tokens.
    case numbers, tokens
    /// Settings and facts of a forecast.
    case forecast
}

extension ModelNetwork {
    /// The family of a network over one sequence.
    /// - Throws: for a network of another kind.
    func sequenceNetwork() throws(ModelError) -> any SequenceNetwork.Type {
        switch self {
        case .recurrent: RecurrentNetwork.self
        case .transformer: TransformerNetwork.self
        case .encoderDecoder, .pointer: throw .unfitDescription(member: "network")
        }
    }
}
