/// A stream whose steps are rows of a network's step.
protocol SteppedStream<Network>: PredictionStream {
    associatedtype Network: SequenceNetwork
    /// Writes its inputs and its past to rows `row ..< row + rows`.
    func gather(into steps: Network.Steps, at row: Int)
    /// Takes outputs and past of its rows back; returns the events of this step.
    func scatter(from steps: Network.Steps, at row: Int) -> [any PredictionEvent]
}

/// Gathers the rows of all streams, runs one step of the network, scatters the results.
final class NetworkStepper<Network: SequenceNetwork>: StreamStepper {
    /// A stream beside the rows that it shares.
    // SAFETY: `gather` and `scatter` are called in `step` alone, by the one thread that uses the stepper.
    private final class Seat: AdmittedStream, @unchecked Sendable {
        private let stream: any SteppedStream<Network>
        private let stepper: NetworkStepper

        init(_ stream: any SteppedStream<Network>, _ stepper: NetworkStepper) {
            self.stream = stream
            self.stepper = stepper
        }

        var rows: Int { stream.rows }

        func gather(at row: Int) {
            if let batch = stepper.batch { stream.gather(into: batch, at: row) }
        }

        func scatter(at row: Int) -> [any PredictionEvent] {
            stepper.batch.map { stream.scatter(from: $0, at: row) } ?? []
        }
    }

    private let network: Network
    private let context: Int
    /// Buffers grow in powers of two and stay.
    private var batch: Network.Steps?
    private var capacity = 0

    init(network: Network, context: Int) {
        self.network = network
        self.context = context
    }

    func admit(_ stream: any PredictionStream) -> any AdmittedStream {
        guard let stream = stream as? any SteppedStream<Network> else {
            preconditionFailure("\(type(of: stream)) takes no steps of \(Network.self)")
        }
        return Seat(stream, self)
    }

    func step(_ streams: [any AdmittedStream]) -> [[any PredictionEvent]] {
        let rows = streams.reduce(0) { $0 + $1.rows }
        let batch = room(for: rows)
        batch.rows = rows
        var row = 0
        for stream in streams {
            stream.gather(at: row)
            row += stream.rows
        }
        network.step(batch)
        row = 0
        let events = streams.map { stream in
            defer { row += stream.rows }
            return stream.scatter(at: row)
        }
        batch.clear()
        return events
    }

    private func room(for rows: Int) -> Network.Steps {
        if let batch, rows <= capacity { return batch }
        capacity = max(1, capacity)
        while capacity < rows { capacity *= 2 }
        let grown = network.stepRows(rowsMax: capacity, context: context)
        batch = grown
        return grown
    }
}
