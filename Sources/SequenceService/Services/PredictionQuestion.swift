package import RecurrentLayers
package import SequenceModels

/// What a client asks of a model, about one sequence or several.
package struct PredictionQuestion: Sendable {
    /// As the client named it; nil where the version is known otherwise.
    package let model: ModelReference?
    /// In which the model's weights are held.
    package let weights: WeightPrecision
    /// Everything but the sequence.
    package var options: PredictionRequest
    /// Events are wanted as they come into being, in place of the whole answer.
    package let isStream: Bool
    /// The sequences. They may be large, and are wanted once.
    let inputs: Handover<[PredictionInput]>

    /// - Parameter inputs: one for each answer, in their order.
    package init(
        model: ModelReference?, weights: WeightPrecision = .float32, options: PredictionRequest, isStream: Bool = false,
        inputs: [PredictionInput]
    ) {
        self.model = model
        self.weights = weights
        self.options = options
        self.isStream = isStream
        self.inputs = Handover(inputs)
    }
}

/// One sequence of a question. What a face has of it may read in two ways; the model decides.
package struct PredictionInput: Sendable {
    /// What the model takes.
    package struct Form: Sendable {
        /// What the model does.
        package let task: TaskKind
        /// Numbers are names of symbols.
        package let numbersAreSymbols: Bool
        /// It reads numbers, and no texts or symbols.
        package let readsNumbers: Bool
        /// What a forecaster was trained with; nil of any other model.
        package let forecast: EffectiveSettings.Forecast?
    }

    /// What was read.
    package struct Content: Sendable {
        /// What the model is to read.
        package let sequence: SequenceValue
        /// What is said of a numeric series beside its values.
        package var record: SeriesRecord?
        /// The values are the target of a record.
        package let isRecord: Bool
        /// In place of the question's, where they depend on the sequence or on the model.
        package var options: RequestedOptions<PredictionOptions>?

        /// A sequence that stands where the input points to.
        package init(_ sequence: SequenceValue) { (self.sequence, record, isRecord) = (sequence, nil, false) }

        /// A record of a series.
        package init(_ content: SeriesRecordReader.Content) {
            (sequence, record, isRecord) = (.numeric(content.values), content.record, true)
        }
    }

    /// JSON Pointer to the sequence in the request; faults of the sequence are told below it.
    package let pointer: String
    /// The sequence for a model of that form; nil to go on from nothing. Throws faults with pointers of the request.
    package let content: @Sendable (Form) throws(Faults) -> Content?
    private let members: SeriesMembers

    /// A sequence that is read when its model is known.
    ///
    /// - Parameter members: what the request calls the members of a record.
    package init(
        pointer: String, members: SeriesMembers = SeriesMembers(),
        content: @escaping @Sendable (Form) throws(Faults) -> Content?
    ) {
        self.pointer = pointer
        self.members = members
        self.content = content
    }

    /// The model says `/sequence/17`; the client sent `/sequences/3/17`, `/sequences/3/target/17` or `/prompt`.
    func placed(_ fault: Fault, of content: Content?) -> Fault {
        let root = "/sequence"
        guard fault.pointer == root || fault.pointer.hasPrefix(root + "/") else { return fault }
        let place = String(fault.pointer.dropFirst(root.count))
        guard let content, content.isRecord else { return Fault(pointer: pointer + place, detail: fault.detail) }
        let inRecord = TargetPlace.inRecord(place, content.sequence, content.record)
        return Fault(pointer: pointer + members.place(inRecord), detail: fault.detail)
    }
}
