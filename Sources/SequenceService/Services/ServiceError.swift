package import SequenceModels

/// What can go wrong with what a client asks of a service. It knows nothing of HTTP: `ProblemMapper` says how each is
/// answered.
package enum ServiceError: Error, Sendable, Equatable {
    /// It reads, and its meaning is wrong.
    case invalid(Faults)
    /// What was sent does not read as what it should be.
    case unreadable(String)
    /// `kind` is "job", "model", "version"…; `known` are names that exist, for a label the likeliest last.
    case notFound(kind: String, name: String, known: [String])
    /// The object went away meanwhile, as the store says it.
    case gone(String)
    /// The request does not fit the state of its object.
    case conflict(String)
    /// An idempotency key came before with another request.
    case keyReused(String)
    /// A bounded queue is full.
    case busy(String, retryAfterSeconds: Int)
    /// The request would hold more memory than any one may.
    case tooMuchMemory(limitBytes: Int)
    /// The server stops, or has not started.
    case unavailable(String)
    /// The prediction did not finish within the time that its request gave it.
    case timedOut(milliseconds: Int)
    /// Nobody waits for the answer any more.
    case cancelled
    /// The disk of the data directory is full. Named to the operator, not to the client.
    case diskFull(String)
    /// The file system of the data directory is read-only now. Named to the operator, not to the client.
    case readOnly(String)
    /// The server serves what there is and takes no changes: its operator wants it so, or it was started on a read-only
    /// file system.
    case servesOnly
    /// Reading or writing failed (EIO). Named to the operator, not to the client.
    case diskFailed(String)
    /// A stored file does not read. Named to the operator, not to the client.
    case damaged(String)
    /// Anything else. Named to the operator, not to the client.
    case failed(String)

    /// One fault, at a JSON Pointer into the request.
    package static func invalid(_ pointer: String, _ detail: String) -> ServiceError {
        .invalid(Faults(list: [Fault(pointer: pointer, detail: detail)]))
    }
}
