import HTTPServer
import HTTPTypes
import JSON
import Logging
import SequenceModels

/// Writes the events of a request's predictions as they come, and the one last event.
struct PredictionStreamWriter: Sendable {
    let run: PredictionRun
    let encoder: PredictionEncoder
    private let format: EventFormat
    private let requestID: String
    private let logger: Logger
    /// Called before the last event: what it tells of a session.
    private let closing: @Sendable () async throws -> JSONObject

    init(
        run: PredictionRun, encoder: PredictionEncoder, for request: Request, logger: Logger,
        closing: @escaping @Sendable () async throws -> JSONObject
    ) {
        self.run = run
        self.encoder = encoder
        format = EventFormat(request)
        requestID = request.id
        self.logger = logger
        self.closing = closing
    }

    /// The response that streams it.
    /// - Parameter abandoned: called where it is not written to its end; the prediction is cancelled then.
    func response(abandoned: @escaping @Sendable () -> Void) -> Response {
        Response(
            status: .ok, headers: format.headers,
            body: .stream { writer in
                do { try await write(to: writer) } catch {
                    run.cancel()
                    abandoned()
                    throw error
                }
            })
    }

    /// - Throws: `HTTPServerError.clientGone` when the client has left.
    private func write(to writer: BodyWriter) async throws {
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
            return ["error": ProblemMapper.problem(for: error, requestID: requestID, logger: logger).json]
        }
        return .object(members)
    }
}
