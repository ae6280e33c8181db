/// What a client asks of a model about one sequence; a field that is nil has its default (`PredictionOptions`).
@dynamicMemberLookup
package struct PredictionRequest: Sendable, Equatable {
    /// How much of the answer is kept while it comes into being.
    package enum Keeping: Sendable {
        /// All there is: also sample paths that nobody asked for.
        case everything
        /// What was asked for.
        case whatIsAsked
        /// The events are all that is wanted.
        case nothing
    }

    /// What the caller will read of the answer; the rest need not be kept.
    package var keeping = Keeping.everything
    /// History, prompt or the sequence to classify.
    package var sequence: SequenceValue?
    /// Where another stream of the model stood, to go on from there; then there is no sequence to read.
    package var state: StreamState?
    /// Where a session stands that reads on; the sequence is what is new.
    package var session: SessionStep?
    /// What is said of a numeric series beside its values.
    package var record: SeriesRecord?
    /// All other fields.
    package var options: RequestedOptions<PredictionOptions>

    /// A request without a sequence yet; its fields have their defaults unless `options` say otherwise.
    package init(options: RequestedOptions<PredictionOptions> = .init()) { self.options = options }

    /// A field by its row, or nil.
    package subscript<Value>(dynamicMember path: KeyPath<PredictionOptions, ConditionalOption<Value>>) -> Value? {
        get { options[dynamicMember: path] }
        set { options[dynamicMember: path] = newValue }
    }
}

extension PredictionRequest {
    /// What `read` makes of the state, or nil without one.
    func resuming<Resumed>(
        _ read: (StreamState, PredictionRequest) throws(StreamStateError) -> Resumed
    ) throws(Faults) -> Resumed? {
        guard let state else { return nil }
        do throws(StreamStateError) { return try read(state, self) } catch {
            throw Faults("/state", error.description)
        }
    }
}
