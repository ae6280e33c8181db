import HTTP1
import HTTPServer
import HTTPTypes
import JSON
package import Logging
import SequenceModels
import Tables

/// Maps every error of every module to its problem. The only place where errors become HTTP; faces choose the body.
package enum ProblemMapper {
    /// Names that a misspelt one is compared with: more take longer than the hint is worth.
    private static let comparedNamesMax = 1_000
    private static let unavailableRetrySeconds = 5

    /// The problem, after the service has heard of the error.
    ///
    /// - Parameter requestID: the id that an answer of 500 carries and that the log names.
    package static func problem(for error: any Error, requestID: String, in service: Service) -> Problem {
        service.note(error)
        return problem(for: error, requestID: requestID, logger: service.logger)
    }

    /// - Parameter requestID: the id that an answer of 500 carries and that the log names.
    package static func problem(for error: any Error, requestID: String, logger: Logger) -> Problem {
        if let error = error as? RequestError { return problem(error) }
        if let error = error as? JSONError { return problem(error) }
        if let error = error as? HTTPServerError { return problem(error) ?? internalError(error, requestID, logger) }
        if let doubt = error as? TableDoubt { return problem(doubt) }
        if let error = error as? TableFaults { return problem(error) }
        let cause = ServiceError(error)
        if let problem = problem(cause) { return problem }
        if case .diskFull = cause {
            logger.error("disk full", metadata: ["request": "\(requestID)", "error": "\(error)"])
            return Problem("disk-full", "Insufficient storage", 507, "the disk of the data directory is full")
        }
        if case .readOnly = cause {
            logger.error("read-only", metadata: ["request": "\(requestID)", "error": "\(error)"])
            return Problem(
                "read-only", "Read-only", 503, "the data directory cannot be written now: its file system is read-only",
                retryAfterSeconds: unavailableRetrySeconds)
        }
        if case .diskFailed = cause {
            logger.error("disk failed", metadata: ["request": "\(requestID)", "error": "\(error)"])
            var problem = Problem(
                "disk-failed", "Disk failed", 503,
                "the disk of the data directory failed; the server's log names the file under this id")
            problem.id = requestID
            return problem
        }
        if case .damaged = cause {
            logger.error("stored files damaged", metadata: ["request": "\(requestID)", "error": "\(error)"])
            var problem = Problem(
                "damaged", "Damaged", 503,
                "what is stored of it is damaged, and is not used; the server's log names the file under this id")
            problem.id = requestID
            return problem
        }
        return internalError(error, requestID, logger)
    }

    private static func problem(_ error: JSONError) -> Problem {
        var problem = Problem("malformed-json", "Malformed JSON", 400, "\(error)")
        if let place = error.place { problem.faults = [Fault(pointer: place.pointer, detail: error.detail)] }
        return problem
    }

    private static func problem(_ doubt: TableDoubt) -> Problem {
        var problem = Problem("open-question", "Open question", 422, doubt.description)
        problem.question = doubt
        return problem
    }

    private static func problem(_ error: TableFaults) -> Problem {
        let fault = error.fault
        var problem =
            fault.isMalformed
            ? Problem("malformed-table", "Malformed table", 400, error.description)
            : Problem("invalid-request", "Invalid request", 422, error.description)
        problem.faults = [Fault(pointer: error.places.pointer(fault), detail: fault.detail)]
        problem.cell = (error.places.line(fault), fault.column, fault.cell)
        return problem
    }

    private static func problem(_ error: RequestError) -> Problem {
        switch error {
        case .badRequest(let detail):
            return Problem("bad-request", "Bad request", 400, detail)
        case .forbidden(let detail):
            return Problem("forbidden", "Forbidden", 403, detail)
        case .unsupportedMediaType(let found, let accepted):
            let field = "Content-Type: \(accepted.first ?? "")"
            let type = found.isEmpty ? "the body has no content type" : "the content type is \"\(found.prefix(100))\""
            var problem = Problem(
                "unsupported-media-type", "Unsupported media type", 415,
                "\(type); it must be \(accepted.joined(separator: " or ")), with curl -H \"\(field)\""
            )
            problem.headers = [("Accept", accepted.joined(separator: ", "))]
            return problem
        case .notAcceptable(let types):
            return Problem(
                "not-acceptable", "Not acceptable", 406,
                "none of the accepted types is one of \(types.joined(separator: ", "))")
        }
    }

    /// nil for what is not for clients.
    private static func problem(_ error: ServiceError) -> Problem? {
        switch error {
        case .invalid(let faults): problem(faults)
        case .unreadable(let detail): Problem("bad-request", "Bad request", 400, detail)
        case .notFound(let kind, let name, let known): missing(kind, name, known)
        case .gone(let detail): Problem("not-found", "Not found", 404, detail)
        case .conflict(let detail): Problem("conflict", "Conflict", 409, detail)
        case .keyReused(let detail): Problem("idempotency-key-reused", "Idempotency key reused", 409, detail)
        case .busy(let detail, let seconds): Problem("busy", "Busy", 503, detail, retryAfterSeconds: seconds)
        case .tooMuchMemory(let limit):
            Problem(
                "content-too-large", "Content Too Large", 413,
                "the request would hold more than \(limit) bytes of memory with the values in it, half of "
                    + "request_memory_bytes_max: send less at once"
            )
        case .unavailable(let detail):
            Problem("unavailable", "Unavailable", 503, detail, retryAfterSeconds: unavailableRetrySeconds)
        case .timedOut(let milliseconds):
            .timedOut(milliseconds: milliseconds)
        case .servesOnly:
            Problem(
                "read-only-server", "Read-only server", 403,
                "this server only serves what it has (read_only): send trainings and changes to one that takes them")
        case .cancelled: Problem("unavailable", "Unavailable", 503, "the request was cancelled")
        case .diskFull, .readOnly, .diskFailed, .damaged, .failed: nil
        }
    }

    private static func missing(_ kind: String, _ name: String, _ known: [String]) -> Problem {
        let likely =
            Spelling.closest(to: name, among: Array(known.prefix(comparedNamesMax)))
            ?? (kind == "label" ? known.last : nil)
        let hint = likely.map { "; did you mean \"\($0)\"?" } ?? ""
        return Problem(
            "not-found", "Not found", 404, "no \(kind) \"\(name.prefix(200))\"\(hint)\(UnusualCharacters.note(name))")
    }

    private static func problem(_ faults: Faults) -> Problem {
        let first = faults.list.first
        var detail =
            first.map { $0.pointer.isEmpty ? $0.detail : "\($0.pointer): \($0.detail)" } ?? "the request is not valid"
        if faults.list.count > 1 { detail += " (and \(faults.list.count - 1) more)" }
        var problem = Problem("invalid-request", "Invalid request", 422, detail)
        problem.faults = faults.list
        return problem
    }

    /// nil for what is not for clients.
    private static func problem(_ error: HTTPServerError) -> Problem? {
        let status = error.status
        if status.code >= 500, status.code != 503, status.code != 501, status.code != 505 { return nil }
        let title = status.reasonPhrase
        var problem = Problem(slug(title), title, status.code, error.description)
        if case .protocolFault(let fault) = error { problem.detail = fault.detail }
        if case .notFound(let path) = error {
            let guess = PathGuess.closest(to: path, among: FaceTable.paths).map { "did you mean \($0)?" }
            problem.detail += UnusualCharacters.note(path) + "; " + (guess ?? "GET /openapi.json says what there is")
        }
        problem.headers = error.headers.map { ($0.name.rawName, $0.value) }
        return problem
    }

    /// The answer names an id and nothing else; the log line under that id has the rest.
    private static func internalError(_ error: any Error, _ requestID: String, _ logger: Logger) -> Problem {
        logger.error("internal error", metadata: ["request": "\(requestID)", "error": "\(error)"])
        var problem = Problem(
            "internal", "Internal error", 500, "the server failed; its log has the cause under this id")
        problem.id = requestID
        return problem
    }

    private static func slug(_ title: String) -> String {
        title.lowercased().split(separator: " ").joined(separator: "-")
    }
}
