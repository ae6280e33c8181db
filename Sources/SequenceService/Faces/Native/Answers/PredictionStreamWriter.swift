import HTTPServer
import JSON
import SequenceModels

/// Writes the events of a request's predictions as they come, and the one last event.
struct PredictionStreamWriter: Sendable {
    let run: PredictionRun
    let encoder: PredictionEncoder
    let format: EventFormat

    /// - Throws: `HTTPServerError.clientGone` when the client has left.
    func write(to writer: BodyWriter) async throws {
        var events = run.events
        var bytes: [UInt8] = []
        var id: Int64 = 0
        while true {
            switch try await events.next() {
            case .event(let event, let sequence):
                id += 1
                format.append(encoder.json(event, sequence: sequence), id: id, to: &bytes)
            case .wait:
                // What is known already goes out before we wait for more.
                if !bytes.isEmpty { try await flush(&bytes, writer) }
            case .end(let ending):
                format.append(last(ending), id: id + 1, to: &bytes)
                return try await flush(&bytes, writer)
            }
        }
    }

    private func flush(_ bytes: inout [UInt8], _ writer: BodyWriter) async throws {
        try await writer.write(bytes)
        bytes.removeAll(keepingCapacity: true)
    }

    private func last(_ ending: PredictionEvents.Ending) -> JSONValue {
        var members: JSONObject = ["done": true, "reason": .string(ending.reason)]
        if ending.reasons.count > 1 { members.append("reasons", JSONValue(ending.reasons)) }
        members.append("steps", .integer(ending.steps))
        if ending.unknown.contains(where: { $0 != nil }) {
            let unknown = ending.unknown.map { $0.map { PredictionEncoder.json($0.member.value) } ?? .null }
            members.append(UnknownTokens.shape.name, unknown.count == 1 ? unknown[0] : .array(unknown))
        }
        members.append("timing", PredictionEncoder.json(run.timing))
        return .object(members)
    }
}
