import HTTPServer
import HTTPTypes
import JSON

/// A row of a face's table: from it follow the route and its entry in the OpenAPI document.
struct Route<Owner: Sendable>: Sendable {
    /// A parameter as the document tells it.
    enum Parameter: Sendable {
        /// A capture of the path: name, description.
        case path(String, String)
        /// Name, description, schema.
        case query(String, String, JSONValue)
        /// A query parameter that is JSON itself: name, description, name of a schema.
        case content(String, String, String)
        /// Name, description.
        case header(String, String)

        /// The name by which it stands in the query; nil for those that are elsewhere.
        var queryName: String? {
            switch self {
            case .query(let name, _, _), .content(let name, _, _): name
            case .path, .header: nil
            }
        }
    }

    /// What a request carries.
    enum Content: Sendable {
        /// Nothing that is read.
        case none
        /// JSON, by the name of its schema. Without a length it is refused (411).
        case json(String)
        /// Bytes, by their media type. Without a length they are refused (411).
        case bytes(String)

        var isNeeded: Bool { if case .none = self { false } else { true } }
    }

    /// What a success answers.
    struct Answer: Sendable {
        /// Of HTTP.
        var status = 200
        /// The media types of the body.
        var mediaTypes = ["application/json"]
        /// The name of the body's schema; nil for a body that has none, or where there is no body.
        var schema: String?

        /// JSON.
        static func json(_ schema: String, status: Int = 200) -> Answer {
            Answer(status: status, schema: schema)
        }

        /// Bytes or text.
        static func content(_ mediaTypes: String..., schema: String? = nil) -> Answer {
            Answer(mediaTypes: mediaTypes, schema: schema)
        }

        /// 204.
        static var nothing: Answer { Answer(status: 204) }
    }

    /// Answers a request.
    typealias Handler = @Sendable (Owner, Request) async throws -> Response
    /// Answers a request at once: it neither waits nor computes, and reads no content.
    typealias ImmediateHandler = @Sendable (Owner, Request) throws -> Response

    /// Where a request is answered.
    enum Handling: Sendable {
        case inTask(Handler)
        case onLoop(ImmediateHandler)
    }

    /// A limit by its place.
    typealias Limit = any KeyPath<ServiceLimits, Int> & Sendable

    let method: HTTPRequest.Method
    /// Segments in braces are captures.
    let path: String
    /// What a caller's key must allow where keys are in use; nil: no key is needed.
    let role: AccessRole?
    /// The most content of a request, in bytes.
    let bodySizeBytesMax: Limit
    let summary: String
    let parameters: [Parameter]
    let content: Content
    let answer: Answer
    /// Statuses of errors besides those that every route has.
    let problems: [Int]
    let handling: Handling

    /// A row.
    ///
    /// - Parameters:
    ///   - role: what a caller's key must allow where keys are in use; nil: no key is needed.
    ///   - content: what a request carries.
    ///   - limit: the most content of a request.
    ///   - answer: of a success.
    ///   - problems: statuses of errors besides 403 (also of pages of other origins), 421 and 500, and 401 and 429 of
    ///     routes that need a key.
    init(
        _ method: HTTPRequest.Method, _ path: String, _ role: AccessRole?, _ summary: String,
        parameters: [Parameter] = [], content: Content = .none, limit: Limit = \.otherBodySizeBytesMax, answer: Answer,
        problems: [Int] = [], _ handler: @escaping Handler
    ) {
        self.init(
            method, path, role, summary, parameters: parameters, content: content, limit: limit, answer: answer,
            problems: problems, .inTask(handler))
    }

    /// A row that is answered on the event loop that read the request, without a task and its two changes of threads.
    ///
    /// - Parameters: as above.
    static func onLoop(
        _ method: HTTPRequest.Method, _ path: String, _ role: AccessRole?, _ summary: String, answer: Answer,
        problems: [Int] = [], _ handler: @escaping ImmediateHandler
    ) -> Route {
        Route(
            method, path, role, summary, parameters: [], content: .none, limit: \.otherBodySizeBytesMax,
            answer: answer, problems: problems, .onLoop(handler))
    }

    private init(
        _ method: HTTPRequest.Method, _ path: String, _ role: AccessRole?, _ summary: String, parameters: [Parameter],
        content: Content, limit: Limit, answer: Answer, problems: [Int], _ handling: Handling
    ) {
        self.method = method
        self.path = path
        self.role = role
        self.summary = summary
        self.parameters = parameters
        self.content = content
        bodySizeBytesMax = limit
        self.answer = answer
        self.problems = problems
        self.handling = handling
    }
}
