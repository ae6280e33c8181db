package import Kernels
package import RecurrentLayers

/// A trained model ready to predict: frozen weights and the facts to read its inputs and outputs; safe to share between threads.
package final class SequenceModel: Sendable {
    package let description: ModelDescription
    package let network: RecurrentNetwork
    private let predictor: any TaskPredictor

    /// - Throws: `ModelError` when tensors and description do not belong together.
    package init(description: ModelDescription, tensors: [NamedTensor]) throws(ModelError) {
        let network = try RecurrentNetwork(settings: description.network, tensors: tensors, training: false)
        self.description = description
        self.network = network
        predictor = try TaskCatalog.predictor(description: description, network: network)
    }

    /// Begins the prediction of one sequence.
    /// - Throws: faults whose pointers are relative to the request (`/horizon`) and to its sequence (`/sequence/17`).
    package func start(_ request: PredictionRequest) throws(Faults) -> any PredictionStream {
        try predictor.start(request)
    }

    /// Runs one prediction to its end, alone; the same bytes as in company.
    /// - Parameter batch: a step batch of this network to reuse, at least as large as the stream's `rows`; `nil` makes one.
    package func predict(_ request: PredictionRequest, batch: StepBatch? = nil) throws(Faults) -> Prediction {
        let stream = try start(request)
        _ = stream.warmUp()
        if stream.isFinished { return stream.prediction }
        let batch = batch ?? StepBatch(network: network, rowsMax: stream.rows)
        while !stream.isFinished {
            batch.rows = stream.rows
            stream.gather(into: batch, at: 0)
            network.step(batch)
            _ = stream.scatter(from: batch, at: 0)
        }
        return stream.prediction
    }
}
