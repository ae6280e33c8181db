import HTTP1
import HTTPServer
import HTTPTypes
import JSON
package import Logging
import ModelFiles
import SequenceModels
import Store
import System

/// Maps every error of every module to its problem answer. The only place where errors become HTTP.
package enum ProblemMapper {
    /// Names that a misspelt one is compared with: more take longer than the hint is worth.
    private static let comparedNamesMax = 1_000

    /// - Parameter requestID: the id that an answer of 500 carries and that the log names.
    package static func problem(for error: any Error, requestID: String, logger: Logger) -> Problem {
        switch error {
        case let error as ServiceError: problem(error, requestID, logger)
        case let faults as Faults: problem(faults)
        case let error as JSONError:
            problem(.malformedJSON(byteOffset: error.byteOffset, detail: error.detail), requestID, logger)
        case let error as HTTPServerError: problem(error, requestID, logger)
        case let error as FileError: storage(error, isFull: error.isDiskFull, requestID, logger)
        case let error as StoreError: problem(error, requestID, logger)
        case is CancellationError: Problem("unavailable", "Unavailable", 503, "the request was cancelled")
        default: internalError(error, requestID, logger)
        }
    }

    private static func problem(_ error: ServiceError, _ requestID: String, _ logger: Logger) -> Problem {
        switch error {
        case .invalid(let faults):
            return problem(faults)
        case .malformedJSON(let offset, let detail):
            return Problem("malformed-json", "Malformed JSON", 400, "at byte \(offset): \(detail)")
        case .badRequest(let detail):
            return Problem("bad-request", "Bad request", 400, detail)
        case .unsupportedMediaType(let found, let accepted):
            let field = "Content-Type: \(accepted.first ?? "")"
            let type = found.isEmpty ? "the body has no content type" : "the content type is \"\(found.prefix(100))\""
            var problem = Problem(
                "unsupported-media-type", "Unsupported media type", 415,
                "\(type); it must be \(accepted.joined(separator: " or ")), with curl -H \"\(field)\""
            )
            problem.headers = [("Accept", accepted.joined(separator: ", "))]
            return problem
        case .notFound(let kind, let name, let known):
            let likely =
                Spelling.closest(to: name, among: Array(known.prefix(Self.comparedNamesMax)))
                ?? (kind == "label" ? known.last : nil)
            let hint = likely.map { "; did you mean \"\($0)\"?" } ?? ""
            return Problem("not-found", "Not found", 404, "no \(kind) \"\(name.prefix(200))\"\(hint)")
        case .conflict(let detail):
            return Problem("conflict", "Conflict", 409, detail)
        case .busy(let detail, let seconds):
            var problem = Problem("busy", "Busy", 503, detail)
            problem.retryAfterSeconds = seconds
            return problem
        case .tooMuchMemory(let limit):
            return Problem(
                "content-too-large", "Content Too Large", 413,
                "the request would hold more than \(limit) bytes of memory with the values in it, half of "
                    + "request_memory_bytes_max: send less at once"
            )
        case .unavailable(let detail):
            var problem = Problem("unavailable", "Unavailable", 503, detail)
            problem.retryAfterSeconds = 5
            return problem
        case .damaged:
            return internalError(error, requestID, logger)
        }
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

    private static func problem(_ error: HTTPServerError, _ requestID: String, _ logger: Logger) -> Problem {
        let status = error.status
        if status.code >= 500, status.code != 503, status.code != 501, status.code != 505 {
            return internalError(error, requestID, logger)
        }
        let title = status.reasonPhrase
        var problem = Problem(slug(title), title, status.code, error.description)
        if case .protocolFault(let fault) = error { problem.detail = fault.detail }
        problem.headers = error.headers.map { ($0.name.rawName, $0.value) }
        return problem
    }

    private static func problem(_ error: StoreError, _ requestID: String, _ logger: Logger) -> Problem {
        switch error {
        case .unknownJob, .unknownModel, .unknownVersion: Problem("not-found", "Not found", 404, error.description)
        case .invalidTransition: Problem("conflict", "Conflict", 409, error.description)
        case .idempotencyConflict: Problem("idempotency-key-reused", "Idempotency key reused", 409, error.description)
        case .modelNameTaken, .tooManyLabels: Problem("conflict", "Conflict", 409, error.description)
        case .queueFull: problem(.busy(error.description, retryAfterSeconds: 10), requestID, logger)
        case .notRunner, .newerSchema, .damaged, .sqlite, .file:
            storage(error, isFull: error.isDiskFull, requestID, logger)
        }
    }

    private static func storage(_ error: any Error, isFull: Bool, _ requestID: String, _ logger: Logger) -> Problem {
        if isFull {
            logger.error("disk full", metadata: ["request": "\(requestID)", "error": "\(error)"])
            return Problem("disk-full", "Insufficient storage", 507, "the disk of the data directory is full")
        }
        return internalError(error, requestID, logger)
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
