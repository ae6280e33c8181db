import RecurrentLayers

/// R rows that advance together by one step.
protocol StepRows: AnyObject {
    var rows: Int { get set }
    /// `[R, I]`
    var inputs: UnsafeMutablePointer<Float> { get }
    /// `[R]`
    var tokens: UnsafeMutablePointer<Int32> { get }
    /// `[R, O]`
    var outputs: UnsafeMutablePointer<Float> { get }
    /// Lets go of whatever belongs to the rows of the last step.
    func clear()
}

extension StreamMemory {
    /// Reads a sequence, from the beginning, into all rows.
    func read(_ sequence: EncodedSequence, each: ((Int, UnsafeBufferPointer<Float>) -> Void)?) {
        forget()
        readOn(sequence, each: each)
    }
}

extension StepBatch: StepRows {
    func clear() {}
}

extension TransformerStepBatch: StepRows {
    func clear() { caches = [] }
}

/// What the rows of one stream know of the steps before. One thread at a time.
protocol StreamMemory: AnyObject {
    associatedtype Network: SequenceNetwork
    /// Steps of a history worth reading before `horizon` more are taken.
    static func historySteps(of context: Int, before horizon: Int) -> Int
    /// Steps that are read at once, before others have their turn. - Precondition: `readsInSteps`
    func pieceSteps(of network: Network) -> Int
    /// Whether a history may be read in pieces, and its steps be rows of a step, beside those that answer; otherwise it
    /// is read at once.
    static var readsInSteps: Bool { get }
    /// Reads steps of a sequence into the first row, which knows those before. - Precondition: `readsInSteps`
    /// - Parameter each: sees, for each step, its position and the outputs `[O]` after it; nil skips them.
    func read(_ sequence: EncodedSequence, _ steps: Range<Int>, each: ((Int, UnsafeBufferPointer<Float>) -> Void)?)
    /// Lets all rows know what the first one has read.
    func spread()
    /// Hands the first row's past to row `row` of a step that reads. - Precondition: `readsInSteps`
    func gatherReader(into steps: Network.Steps, at row: Int)
    /// Takes it back after the step.
    func scatterReader(from steps: Network.Steps, at row: Int)
    /// Reads a sequence into all rows, behind what they know, which is of one sequence.
    /// - Parameter each: as of `read`.
    func readOn(_ sequence: EncodedSequence, each: ((Int, UnsafeBufferPointer<Float>) -> Void)?)
    /// Before the first step, again.
    func forget()
    /// Hands the rows' past to rows `row…` of a step whose inputs are written; streams are gathered in the order of
    /// their rows.
    func gather(into steps: Network.Steps, at row: Int)
    /// Takes it back after the step.
    func scatter(from steps: Network.Steps, at row: Int)
    /// What the rows know after the last step.
    var state: MemoryState { get }
    /// The same of the first row alone.
    var first: MemoryState { get }
    /// Takes it over, in place of whatever the rows know.
    /// - Precondition: it is of this network, and of as many rows: `SequenceNetwork.readMemory`.
    func restore(_ state: MemoryState)
    /// Frees what is large; the stream is over.
    func release()
}
