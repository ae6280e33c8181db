package import Kernels
package import RecurrentLayers

/// A trained model ready to predict: frozen weights and the facts to read its inputs and outputs; safe to share between
/// threads.
package final class SequenceModel: Sendable {
    /// Settings, shapes and facts that the model was trained with.
    package let description: ModelDescription
    private let predictor: any TaskPredictor

    /// - Parameters:
    ///   - serving: the pool that shares its work, and the numbers in which weights are held.
    ///   - prefixes: where what is known after prompts is kept, as long as the model is held; nil: nowhere.
    /// - Throws: `ModelError` when tensors and description do not belong together.
    package init(
        description: ModelDescription, tensors: [NamedTensor], serving: Serving = Serving(),
        prefixes: PrefixCache? = nil
    ) throws(ModelError) {
        self.description = description
        let predictor = try description.settings.task.task.predictor(
            description: description, tensors: tensors, serving: serving)
        self.predictor = prefixes.map(predictor.caching) ?? predictor
    }

    /// Trained numbers of the network, whatever they are held in.
    package var parameterCount: Int { predictor.parameterCount }

    /// Bytes of the weights, as they are held.
    package var sizeBytes: Int { predictor.networkSizeBytes }

    /// Bytes of state of one row of a stream.
    package var rowSizeBytes: Int { predictor.rowSizeBytes }

    /// What steps the streams of this model together.
    package func stepper() -> any StreamStepper { predictor.stepper() }

    /// Why a session of this model cannot be; nil where it can.
    package var sessionRefusal: String? { predictor.sessionRefusal }

    /// Begins the prediction of one sequence.
    /// - Throws: faults whose pointers are relative to the request (`/horizon`) and to its sequence (`/sequence/17`).
    package func start(_ request: PredictionRequest) throws(Faults) -> any PredictionStream {
        if request.session != nil, let reason = sessionRefusal { throw Faults("/model", reason) }
        return try predictor.start(request)
    }

    /// Tokens of a sequence that the vocabulary lacks, where they are read all the same; nil where there are none.
    package func unknown(in sequence: SequenceValue) -> UnknownTokens? { predictor.vocabulary?.unknown(in: sequence) }

    /// Runs one prediction to its end, alone; the same bytes as in company.
    package func predict(_ request: PredictionRequest) throws(Faults) -> any Prediction {
        let stream = try start(request)
        stepper().run(stream)
        return stream.prediction
    }
}
