import RecurrentLayers

/// What the answers of a paired task are made of.
///
/// A target is a list of elements: tokens of a vocabulary, or positions in the input. The decoder chooses among them
/// and, where answers end by themselves, their end: a choice is the place of one of these among the probabilities.
protocol PairedTarget: Sendable {
    associatedtype Network: PairedNetwork
    associatedtype Output: Answer

    /// Whose answers they are.
    static var task: TaskKind { get }
    /// What the answers of a model are made of, and the shape of its network.
    /// - Throws: when the description lacks it, or has a network of another kind.
    static func parts(of description: ModelDescription) throws(ModelError) -> (target: Self, shape: Network.Settings)

    // Choices.

    /// The choice that ends an answer; nil when only its length does.
    var end: Int32? { get }
    /// A choice that no answer has.
    var banned: Int32? { get }
    /// What the decoder reads before the first choice.
    var start: Int32 { get }
    func choice(of element: Int32) -> Int32
    /// What the decoder reads after a choice; of the end, nothing that means anything.
    func element(of choice: Int32) -> Int32

    // Answers.

    /// The fault of a request without an input.
    static var missingInput: String { get }
    static func hasAttention(_ shape: Network.Settings) -> Bool
    /// Choices after which an answer is cut off.
    /// - Parameter wanted: by the request; nil leaves it to the input.
    func stepsMax(wanted: Int?, inputSteps: Int, facts: PairFacts) -> Int
    func output(_ elements: [Int32]) -> Output
    /// - Parameters:
    ///   - index: 0-based, of the step.
    ///   - attention: nil unless asked for.
    func event(_ step: DecodedStep, index: Int, attention: [Float]?) -> any PredictionEvent
    /// Bytes of what a row of the decoder remembers.
    static func rowSizeBytes(_ shape: Network.Settings) -> Int
    /// Bytes of what a row keeps of each step of the input.
    static var rowStepSizeBytes: Int { get }
}
