/// What is wrong with a request before it asks anything of a service.
package enum RequestError: Error, Sendable, Equatable {
    /// A header field or query parameter that does not read.
    case badRequest(String)
    /// The role is right, and what is asked for is others', too.
    case forbidden(String)
    /// A body of a kind that the endpoint does not read.
    case unsupportedMediaType(found: String, accepted: [String])
    /// None of the types that the endpoint answers in is one that the client takes.
    case notAcceptable(types: [String])
}
