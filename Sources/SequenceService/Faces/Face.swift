import HTTPServer
import JSON

/// A protocol that clients speak with the services over HTTP: a folder with its routes, its requests and answers, and
/// the body of its errors. No rule of the product is in one.
protocol Face: Sendable {
    /// Its routes, each with its entry in the OpenAPI document: in the document's order. Limits change what the
    /// document states, and nothing else.
    static func routes(_ limits: ServiceLimits) -> [Route<Self>]
    /// The groups of its operations, with what is in them.
    static var tags: [(name: String, text: String)] { get }
    /// The schemas that its routes name, by their names in the document; other faces have others.
    static func schemas(_ limits: ServiceLimits) -> JSONObject
    /// Bodies by the name of their schema.
    static var examples: [String: JSONValue] { get }
    /// The body of its errors, as the document tells it.
    static var errorContent: ErrorContent { get }
    /// The answer to an error.
    static func response(to problem: Problem) -> Response

    /// Its endpoints, over what the process has one of.
    init(_ context: FaceContext)
}

/// How the errors of a face look in the OpenAPI document.
struct ErrorContent: Sendable {
    /// The media type of the body.
    let mediaType: String
    /// The name of the body's schema.
    let schema: String
    /// What each of them is called.
    let description: String

    /// - Parameter schema: a name among the face's schemas.
    init(mediaType: String, schema: String, description: String) {
        self.mediaType = mediaType
        self.schema = schema
        self.description = description
    }
}

/// What every face is made of.
struct FaceContext: Sendable {
    /// Where all that is asked is done.
    let service: Service
    /// Reads bodies.
    let body: BodyReader
    /// Every limit by its configuration key.
    let limits: JSONValue
    /// The HTTP server's counters; nil before it runs.
    let statistics: @Sendable () -> ServerStatistics?

    /// - Parameter limits: what `GET /version?limits=true` shows.
    init(service: Service, limits: JSONValue, statistics: @escaping @Sendable () -> ServerStatistics?) {
        self.service = service
        body = BodyReader(budget: service.budget, offload: service.offload, bodies: service.bodies)
        self.limits = limits
        self.statistics = statistics
    }
}
