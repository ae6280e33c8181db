/// A stream whose steps are rows of a network's step.
protocol SteppedStream<Network>: PredictionStream {
    associatedtype Network: SequenceNetwork
    /// Writes its inputs and its past to rows `row ..< row + rows`; to the first of them alone while it reads.
    func gather(into steps: Network.Steps, at row: Int)
    /// Takes outputs and past of its rows back; returns the events of this step.
    func scatter(from steps: Network.Steps, at row: Int) -> [any PredictionEvent]
}

/// Gathers the rows of all streams, runs one step of the network, scatters the results.
///
/// Streams that read their history take one row each, behind those that answer: the head is run for the first rows
/// only.
final class NetworkStepper<Network: SequenceNetwork>: StreamStepper {
    /// A stream beside the rows that it shares.
    // SAFETY: all but `init` is called in `step` alone, by the one thread that uses the stepper.
    private final class Seat: AdmittedStream, @unchecked Sendable {
        private let stream: any SteppedStream<Network>
        private let stepper: NetworkStepper

        init(_ stream: any SteppedStream<Network>, _ stepper: NetworkStepper) {
            self.stream = stream
            self.stepper = stepper
        }

        var rows: Int { isReading ? 1 : stream.rows }
        var isReading: Bool { stream.unreadSteps > 0 }

        func gather(at row: Int) {
            if let batch = stepper.batch { stream.gather(into: batch, at: row) }
        }

        func scatter(at row: Int) -> [any PredictionEvent] {
            stepper.batch.map { stream.scatter(from: $0, at: row) } ?? []
        }

        func readPiece() { stream.read(.max) }
    }

    /// Streams of as many clients, more or less, as keep several processors busy with their requests.
    private static var companyMin: Int { 4 }
    /// Steps of the same few rows after which others of the pool are worth waking, who look for more for a while.
    private static var stepsInARowMin: Int { 4 }
    /// So many rows are worth it at once: the paths of a forecast.
    private static var rowsMin: Int { 16 }

    private let network: Network
    private let context: Int
    /// Buffers grow in powers of two and stay.
    private var batch: Network.Steps?
    private var capacity = 0
    /// The first stream of the last step, and how many steps in a row it has been.
    private var first: ObjectIdentifier?
    private var stepsInARow = 0

    init(network: Network, context: Int) {
        self.network = network
        self.context = context
    }

    func admit(_ stream: any PredictionStream) -> any AdmittedStream {
        // The most usual kind first: to look whether a type conforms takes longer.
        if let text = stream as? TextStream<Network> { return Seat(text, self) }
        guard let stream = stream as? any SteppedStream<Network> else {
            preconditionFailure("\(type(of: stream)) takes no steps of \(Network.self)")
        }
        return Seat(stream, self)
    }

    func step(_ streams: [any AdmittedStream]) -> [[any PredictionEvent]] {
        if streams.count == 1, streams[0].isReading {
            // Nobody shares the step, and a window reads faster.
            streams[0].readPiece()
            return [[]]
        }
        // Where each begins; those that read are at the end.
        var places = [Int](repeating: 0, count: streams.count)
        let readers = streams.map(\.isReading)
        var order: [Int] = []
        order.reserveCapacity(streams.count)
        var rows = 0, answering = 0
        for reads in [false, true] {
            for index in streams.indices where readers[index] == reads {
                places[index] = rows
                order.append(index)
                rows += reads ? 1 : streams[index].rows
            }
            if !reads { answering = rows }
        }
        let batch = room(for: rows)
        batch.rows = rows
        for index in order { streams[index].gather(at: places[index]) }
        let leading = streams.first.map { ObjectIdentifier($0) }
        stepsInARow = leading == first ? stepsInARow + 1 : 0
        first = leading
        network.step(
            batch, answering: answering,
            inCompany: streams.count >= Self.companyMin || rows < Self.rowsMin && stepsInARow < Self.stepsInARowMin)
        let events = zip(streams, places).map { stream, row in stream.scatter(at: row) }
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
