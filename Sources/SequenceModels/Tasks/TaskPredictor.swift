import RecurrentLayers

/// Reads requests of one task and begins their streams.
protocol TaskPredictor: Sendable {
    func start(_ request: PredictionRequest) throws(Faults) -> any PredictionStream
}
