/// A step of a forecaster's session that reads, and predicts nothing.
// SAFETY: a stream is used by one thread at a time (PredictionStream's contract); its state is its own.
final class SeriesReadingStream<Network: SequenceNetwork>: PredictionStream, @unchecked Sendable {
    private let network: Network
    private let context: Int
    private let reading: SeriesReading
    private var watch: SeriesWatch
    private let names: ForecastNames
    private(set) var kept: StreamState?

    init(
        network: Network, context: Int, reading: SeriesReading, watch: SeriesWatch, names: ForecastNames
    ) {
        self.network = network
        self.context = context
        self.reading = reading
        self.watch = watch
        self.names = names
    }

    let rows = 0
    var extraSizeBytes: Int { reading.sizeBytes + watch.sizeBytes }
    var isFinished: Bool { kept != nil }
    let reason = "horizon"
    var prediction: any Prediction { WatchedSteps(names: names, watch: watch) }

    func warmUp() -> [any PredictionEvent] {
        let memory = network.memory(rows: 1, context: context)
        reading.read(into: memory, rows: 1) { self.watch.add($0, $1) }
        kept = reading.kept(memory.first, watch.recent)
        memory.release()
        return watch.isEmpty ? [] : [WatchedSteps(names: names, watch: watch)]
    }
}
