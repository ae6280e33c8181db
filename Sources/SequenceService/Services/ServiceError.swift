package import SequenceModels

/// What can go wrong with a request above HTTP. `ProblemMapper` says how each is answered.
package enum ServiceError: Error, Sendable, Equatable {
    /// Valid JSON with a wrong meaning.
    case invalid(Faults)
    /// Not JSON.
    case malformedJSON(byteOffset: Int, detail: String)
    /// A header field or query parameter that does not read.
    case badRequest(String)
    /// A body of a kind that the endpoint does not read.
    case unsupportedMediaType(found: String, accepted: [String])
    /// `kind` is "job", "model", "version"…; `known` are names that exist, for a label the likeliest last.
    case notFound(kind: String, name: String, known: [String])
    /// The request does not fit the state of its object.
    case conflict(String)
    /// A bounded queue is full.
    case busy(String, retryAfterSeconds: Int)
    /// The request would hold more memory than any one may.
    case tooMuchMemory(limitBytes: Int)
    /// The server stops, or has not started.
    case unavailable(String)
    /// A stored file does not read. Named to the operator, not to the client.
    case damaged(String)

    /// 422 with one fault.
    package static func invalid(_ pointer: String, _ detail: String) -> ServiceError {
        .invalid(Faults(list: [Fault(pointer: pointer, detail: detail)]))
    }
}
