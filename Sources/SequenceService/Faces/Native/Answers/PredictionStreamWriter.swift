import HTTPServer
import JSON

/// Writes the events of a request's predictions as they come, and the one last event.
///
/// The order is fixed by the events alone, never by timing: the next event of sequence 0, of sequence 1, …, and again.
/// So the same request answers the same bytes however its predictions were batched.
struct PredictionStreamWriter: Sendable {
    let predictions: [ActivePrediction]
    let encoder: PredictionEncoder
    let format: EventFormat
    /// Called after events of a prediction were taken, so that it goes on.
    let madeRoom: @Sendable (ActivePrediction) -> Void

    /// What is known of one sequence's events.
    private struct Lane {
        var events: ArraySlice<JSONValue> = []
        var end: ActivePrediction.End?
        var steps = 0
        var isDone: Bool { events.isEmpty && end != nil }
    }

    /// - Throws: `HTTPServerError.clientGone` when the client has left.
    func write(to writer: BodyWriter) async throws {
        var lanes = [Lane](repeating: Lane(), count: predictions.count)
        var bytes: [UInt8] = []
        var id: Int64 = 0
        while lanes.contains(where: { !$0.isDone }) {
            for index in lanes.indices where !lanes[index].isDone {
                if lanes[index].events.isEmpty {
                    // What is known already goes out before we wait for more.
                    if !bytes.isEmpty, !predictions[index].hasNews { try await flush(&bytes, writer) }
                    try await refill(&lanes[index], index)
                }
                guard let event = lanes[index].events.popFirst() else { continue }
                id += 1
                lanes[index].steps += 1
                format.append(event, id: id, to: &bytes)
            }
        }
        format.append(last(lanes), id: id + 1, to: &bytes)
        try await flush(&bytes, writer)
    }

    private func refill(_ lane: inout Lane, _ index: Int) async throws {
        let (events, end) = await predictions[index].take()
        try Task.checkCancellation()
        lane.events = ArraySlice(events.map { encoder.json($0, sequence: index) })
        lane.end = end
        if end == nil { madeRoom(predictions[index]) }
    }

    private func flush(_ bytes: inout [UInt8], _ writer: BodyWriter) async throws {
        try await writer.write(bytes)
        bytes.removeAll(keepingCapacity: true)
    }

    private func last(_ lanes: [Lane]) -> JSONValue {
        let reasons = lanes.map { lane -> String in
            if case .finished(_, let reason) = lane.end { reason } else { "cancelled" }
        }
        let reason = reasons.contains("cancelled") ? "cancelled" : reasons.first ?? "cancelled"
        var members: JSONObject = ["done": true, "reason": .string(reason)]
        if lanes.count > 1 { members.append("reasons", JSONValue(reasons)) }
        members.append("steps", .integer(lanes.map(\.steps).max() ?? 0))
        members.append("timing", PredictionEncoder.timing(predictions.map(\.timing)))
        return .object(members)
    }
}
