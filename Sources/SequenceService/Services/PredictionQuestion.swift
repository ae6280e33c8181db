package import RecurrentLayers
package import SequenceModels

/// What a client asks of a model, about one sequence or several.
package struct PredictionQuestion: Sendable {
    /// As the client named it.
    package let model: ModelReference
    /// In which the model's weights are held.
    package let weights: WeightPrecision
    /// Everything but the sequence.
    package let options: PredictionRequest
    /// Events are wanted as they come into being, in place of the whole answer.
    package let isStream: Bool
    /// The sequences. They may be large, and are wanted once.
    let inputs: Handover<[PredictionInput]>

    /// - Parameter inputs: one for each answer, in their order.
    package init(
        model: ModelReference, weights: WeightPrecision = .float32, options: PredictionRequest, isStream: Bool = false,
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
    }

    /// JSON Pointer to the sequence in the request; faults of the sequence are told below it.
    package let pointer: String
    /// The sequence for a model of that form; nil to go on from nothing. Throws faults with pointers of the request.
    package let sequence: @Sendable (Form) throws(Faults) -> SequenceValue?

    /// A sequence that is read when its model is known.
    package init(pointer: String, sequence: @escaping @Sendable (Form) throws(Faults) -> SequenceValue?) {
        self.pointer = pointer
        self.sequence = sequence
    }

    /// The model says `/sequence/17`; the client sent `/sequences/3/17` or `/prompt`.
    func placed(_ fault: Fault) -> Fault {
        guard fault.pointer == "/sequence" || fault.pointer.hasPrefix("/sequence/") else { return fault }
        return Fault(pointer: pointer + fault.pointer.dropFirst("/sequence".count), detail: fault.detail)
    }
}
