import SequenceModels

/// Predictions that could take a step, by client, and who comes first when not all fit.
///
/// The first prediction of each client, then the second of each, and so on; clients not served for the longest time
/// first. So one prediction beside another client's thousand steps in every tick or, if its rows are many, in every
/// second. A client's predictions stay in order: who was stepped goes behind those that were not. One that does not fit
/// keeps its place, and its client is the next to be served.
struct ReadyQueue {
    fileprivate final class Lane {
        let client: String
        var seats = Fifo<Batcher.Seat>()
        /// The round in which the client was last served.
        var servedAt = 0

        init(_ client: String) { self.client = client }
    }

    /// Clients whose next prediction may not fit before the looking ends.
    private static let misfitsMax = 8

    /// Lanes without predictions that are remembered, beyond as many as there are with some.
    private static let idleLanesMax = 64

    /// Lanes with predictions, by `servedAt`.
    private var order: [Lane] = []
    /// Those, and lanes that were served lately: a client whose only prediction is being stepped is not new when it
    /// comes back.
    private var lanes: [String: Lane] = [:]
    private var round = 0

    var isEmpty: Bool { order.isEmpty }

    /// - Complexity: O(log clients), to find its client's place.
    mutating func append(_ seat: Batcher.Seat) {
        let client = seat.prediction.client
        let lane = lanes[client] ?? Lane(client)
        lanes[client] = lane
        if lane.seats.isEmpty { insert(lane) }
        lane.seats.append(seat)
    }

    private mutating func insert(_ lane: Lane) {
        var low = 0, high = order.count
        while low < high {
            let middle = (low + high) / 2
            if order[middle].servedAt <= lane.servedAt { low = middle + 1 } else { high = middle }
        }
        order.insert(lane, at: low)
    }

    /// Takes predictions of up to `rowsMax` rows in all, or one alone that has more.
    ///
    /// - Parameter cancelled: gets those found on the way that nobody wants any more.
    /// - Complexity: O(predictions taken + clients), not O(predictions that wait).
    mutating func take(rowsMax: Int, cancelled: inout [ActivePrediction]) -> [Batcher.Seat] {
        var choice = Choice(rowsMax: rowsMax)
        var served: [Lane] = [], misfits: [Lane] = []
        var taken = 0
        round += 1
        while taken < order.count, !choice.isFull, misfits.count < Self.misfitsMax {
            let lane = order[taken]
            taken += 1
            switch lane.serve(&choice, &cancelled) {
            case .served: served.append(lane)
            case .doesNotFit: misfits.append(lane)
            case .isEmpty: break
            }
        }
        // Everybody has had a turn: a second one, a third …
        var turn = taken == order.count ? served : []
        while !turn.isEmpty, !choice.isFull {
            turn = turn.filter { !choice.isFull && $0.serve(&choice, &cancelled) == .served }
        }
        order.replaceSubrange(0..<taken, with: misfits)
        for lane in served {
            lane.servedAt = round
            if !lane.seats.isEmpty { order.append(lane) }
        }
        forgetIdleLanes()
        return choice.seats
    }

    private mutating func forgetIdleLanes() {
        guard lanes.count > 2 * order.count + Self.idleLanesMax else { return }
        lanes = lanes.filter { !$0.value.seats.isEmpty }
    }
}

extension ReadyQueue {
    /// What one tick steps.
    fileprivate struct Choice {
        let rowsMax: Int
        var seats: [Batcher.Seat] = []
        var rows = 0
        var isFull: Bool { !seats.isEmpty && rows >= rowsMax }
    }

    fileprivate enum Turn { case served, doesNotFit, isEmpty }
}

extension ReadyQueue.Lane {
    /// Takes the next prediction that is still wanted, if it fits.
    fileprivate func serve(_ choice: inout ReadyQueue.Choice, _ cancelled: inout [ActivePrediction]) -> ReadyQueue.Turn
    {
        while let next = seats.first {
            if !next.prediction.isWanted {
                cancelled.append(next.prediction)
                _ = seats.popFirst()
                continue
            }
            let rows = next.stream.rows
            guard choice.seats.isEmpty || choice.rows + rows <= choice.rowsMax else { return .doesNotFit }
            _ = seats.popFirst()
            choice.seats.append(next)
            choice.rows += rows
            return .served
        }
        return .isEmpty
    }
}
