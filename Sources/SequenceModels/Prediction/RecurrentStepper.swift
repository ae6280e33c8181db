import RecurrentLayers

/// A stream whose steps are rows of a recurrent network's step batch.
protocol RecurrentStream: PredictionStream {
    /// Writes its inputs and states to rows `row ..< row + rows`.
    func gather(into batch: StepBatch, at row: Int)
    /// Takes outputs and states of its rows back; returns the events of this step.
    func scatter(from batch: StepBatch, at row: Int) -> [PredictionEvent]
}

/// Gathers the rows of all streams, runs one step of the network, scatters the results.
final class RecurrentStepper: StreamStepper {
    private let network: RecurrentNetwork
    /// Buffers grow in powers of two and stay.
    private var batch: StepBatch?
    private var capacity = 0

    init(network: RecurrentNetwork) { self.network = network }

    func step(_ streams: [any PredictionStream]) -> [[PredictionEvent]] {
        let streams = streams.map { stream in
            guard let stream = stream as? any RecurrentStream else { preconditionFailure("\(type(of: stream)) takes no recurrent steps") }
            return stream
        }
        let rows = streams.reduce(0) { $0 + $1.rows }
        let batch = room(for: rows)
        batch.rows = rows
        var row = 0
        for stream in streams {
            stream.gather(into: batch, at: row)
            row += stream.rows
        }
        network.step(batch)
        row = 0
        return streams.map { stream in
            defer { row += stream.rows }
            return stream.scatter(from: batch, at: row)
        }
    }

    private func room(for rows: Int) -> StepBatch {
        if let batch, rows <= capacity { return batch }
        capacity = max(1, capacity)
        while capacity < rows { capacity *= 2 }
        let grown = StepBatch(network: network, rowsMax: capacity)
        batch = grown
        return grown
    }
}
