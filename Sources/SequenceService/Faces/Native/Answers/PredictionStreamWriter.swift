import HTTPServer
import JSON
import SequenceModels

/// Writes the events of a request's predictions as they come, and the one last event.
struct PredictionStreamWriter: Sendable {
    let run: PredictionRun
    let encoder: PredictionEncoder
    let format: EventFormat
    /// Called before the last event: what it tells of a session.
    private let closing: @Sendable () async throws -> JSONObject
    /// The last event where that failed.
    private let failure: @Sendable (any Error) -> JSONValue

    init(
        run: PredictionRun, encoder: PredictionEncoder, format: EventFormat,
        closing: @escaping @Sendable () async throws -> JSONObject = { JSONObject() },
        failure: @escaping @Sendable (any Error) -> JSONValue = { _ in .null }
    ) {
        self.run = run
        self.encoder = encoder
        self.format = format
        self.closing = closing
        self.failure = failure
    }

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
                format.append(await last(ending), id: id + 1, to: &bytes)
                return try await flush(&bytes, writer)
            }
        }
    }

    private func flush(_ bytes: inout [UInt8], _ writer: BodyWriter) async throws {
        try await writer.write(bytes)
        bytes.removeAll(keepingCapacity: true)
    }

    private func last(_ ending: PredictionEvents.Ending) async -> JSONValue {
        var members: JSONObject = ["done": true, "reason": .string(ending.reason)]
        if ending.reasons.count > 1 { members.append("reasons", JSONValue(ending.reasons)) }
        members.append("steps", .integer(ending.steps))
        if ending.unknown.contains(where: { $0 != nil }) {
            let unknown = ending.unknown.map { $0.map { PredictionEncoder.json($0.member.value) } ?? .null }
            members.append(UnknownTokens.shape.name, unknown.count == 1 ? unknown[0] : .array(unknown))
        }
        if let milliseconds = ending.timeoutMilliseconds {
            members.append("error", Problem.timedOut(milliseconds: milliseconds).json)
        }
        members.append("timing", PredictionEncoder.json(run.timing))
        do {
            if !ending.reasons.contains("cancelled") { members.merge(try await closing()) }
        } catch {
            return failure(error)
        }
        return .object(members)
    }
}
