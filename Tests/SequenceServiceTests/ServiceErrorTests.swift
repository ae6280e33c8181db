import JSON
import Logging
import SequenceModels
import SequenceService
import Store
import System
import Testing

/// Every error of what a service is made of is one that faces know.
@Suite struct ServiceErrorTests {
    private struct Odd: Error {}

    @Test func causesAreNamed() {
        let cases: [(any Error, ServiceError)] = [
            (Faults(list: [Fault(pointer: "/a", detail: "b")]), .invalid("/a", "b")),
            (StoreError.unknownModel(name: "m"), .gone("no model has the name 'm'")),
            (
                StoreError.modelNameTaken(name: "m"),
                .conflict("the name 'm' is taken; choose another one for the model")
            ),
            (
                StoreError.idempotencyConflict(key: "k", jobID: "j"),
                .keyReused("idempotency key 'k' was used for job 'j' with a different request")
            ),
            (
                StoreError.queueFull(jobCountMax: 2),
                .busy("the queue holds 2 jobs, the most allowed", retryAfterSeconds: 10)
            ),
            (
                StoreError.file(.io(operation: "open", path: "/x", errno: ENOSPC)),
                .diskFull("cannot open /x: No space left on device (errno 28)")
            ),
            (
                FileError.io(operation: "write", path: "/x", errno: EDQUOT),
                .diskFull("cannot write /x: Disk quota exceeded (errno 122)")
            ),
            (
                FileError.io(operation: "write", path: "/x", errno: EROFS),
                .readOnly("cannot write /x: Read-only file system (errno 30)")
            ),
            (
                FileError.io(operation: "read", path: "/x", errno: EIO),
                .diskFailed("cannot read /x: Input/output error (errno 5)")
            ),
            (
                FileError.io(operation: "open", path: "/x", errno: EMFILE),
                .busy("too many files are open", retryAfterSeconds: 10)
            ),
            (
                StoreError.database(operation: "COMMIT", path: "/x", fault: .readOnly, detail: "d"),
                .readOnly("COMMIT in /x: d")
            ),
            (
                StoreError.database(operation: "SELECT", path: "/x", fault: .unread, detail: "d"),
                .diskFailed("SELECT in /x: d")
            ),
            (
                StoreError.file(.io(operation: "rename to", path: "/x", errno: EIO)),
                .diskFailed("cannot rename to /x: Input/output error (errno 5)")
            ),
            (StoreError.notRunner(id: "j"), .failed("job 'j' is run by another process")),
            (CancellationError(), .cancelled), (Odd(), .failed("Odd()")),
            (ServiceError.unavailable("x"), .unavailable("x")),
        ]
        for (error, named) in cases { #expect(ServiceError(error) == named) }
    }

    /// Statuses are given in one place, for all faces.
    @Test func problemsHaveTheirStatus() {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let cases: [(any Error, Int, String, Int?)] = [
            (RequestError.badRequest("x"), 400, "bad-request", nil),
            (JSONError(byteOffset: 3, detail: "x"), 400, "malformed-json", nil),
            (RequestError.unsupportedMediaType(found: "", accepted: ["a/b"]), 415, "unsupported-media-type", nil),
            (ServiceError.invalid("/a", "b"), 422, "invalid-request", nil),
            (ServiceError.unreadable("x"), 400, "bad-request", nil),
            (ServiceError.notFound(kind: "job", name: "x", known: []), 404, "not-found", nil),
            (ServiceError.gone("x"), 404, "not-found", nil), (ServiceError.conflict("x"), 409, "conflict", nil),
            (ServiceError.keyReused("x"), 409, "idempotency-key-reused", nil),
            (ServiceError.busy("x", retryAfterSeconds: 7), 503, "busy", 7),
            (ServiceError.tooMuchMemory(limitBytes: 1), 413, "content-too-large", nil),
            (ServiceError.unavailable("x"), 503, "unavailable", 5), (ServiceError.cancelled, 503, "unavailable", nil),
            (ServiceError.diskFull("secret"), 507, "disk-full", nil),
            (ServiceError.readOnly("secret"), 503, "read-only", 5),
            (ServiceError.diskFailed("secret"), 503, "disk-failed", nil),
            (ServiceError.damaged("secret"), 503, "damaged", nil),
            (Odd(), 500, "internal", nil),
        ]
        for (error, status, code, seconds) in cases {
            let problem = ProblemMapper.problem(for: error, requestID: "r", logger: logger)
            #expect(problem.status == status && problem.code == code, "\(error)")
            #expect(problem.retryAfterSeconds == seconds && !problem.detail.contains("secret"), "\(error)")
            #expect((problem.id == "r") == (status == 500 || code == "damaged" || code == "disk-failed"))
        }
    }
}
