import HTTPServer
import HTTPTypes
import JSON

/// A row of a face's table: from it follow the route and its entry in the OpenAPI document.
struct Route<Owner: Sendable>: Sendable {
    /// What a request carries.
    enum Content: Sendable {
        /// Nothing that is read.
        case none
        /// JSON, by the name of its schema; or, with a schema of its own, JSON lines. Without a length it is refused
        /// (411).
        case json(String, lines: String? = nil)
        /// JSON, by the name of its schema; or a table: records as JSON or as JSON lines, or a text. Without a length
        /// it is refused (411).
        case data(String)
        /// Bytes, by their media type. Without a length they are refused (411).
        case bytes(String)

        var isNeeded: Bool { if case .none = self { false } else { true } }
    }

    /// Answers a request.
    typealias Handler = @Sendable (Owner, Request) async throws -> Response
    /// Answers a request at once: it neither waits nor computes, and reads no content.
    typealias ImmediateHandler = @Sendable (Owner, Request) throws -> Response

    /// Where a request is answered.
    enum Handling: Sendable {
        case inTask(Handler, staysOnLoop: Bool)
        case onLoop(ImmediateHandler)
    }

    /// A limit by its place.
    typealias Limit = any KeyPath<ServiceLimits, Int> & Sendable

    /// The name of the operation in the document, and so of generated functions: `listJobs`.
    let id: String
    /// The group of operations that it belongs to.
    let tag: String
    let method: HTTPRequest.Method
    /// Segments in braces are captures.
    let path: String
    /// What a caller's key must allow where keys are in use; nil: no key is needed.
    let role: AccessRole?
    /// Whether it may change what is kept: a server that only serves refuses it. Of POST /train its service decides, as
    /// some of its requests change nothing.
    let changes: Bool
    /// The most content of a request, in bytes.
    let bodySizeBytesMax: Limit
    let summary: String
    let parameters: [Parameter]
    /// Members of a request that its query takes as well, with points in their names.
    let settings: [String]
    let content: Content
    /// Of success, the usual first.
    let answers: [Answer]
    /// Statuses of errors besides those that every route has.
    let problems: [Int]
    let handling: Handling

    /// A row.
    ///
    /// - Parameters:
    ///   - id: the name of the operation, and its tag: `jobs/listJobs`.
    ///   - role: what a caller's key must allow where keys are in use; nil: no key is needed.
    ///   - changes: whether it may change what is kept, as what is not a GET does unless it says otherwise.
    ///   - settings: members of a request that its query takes as well.
    ///   - content: what a request carries.
    ///   - limit: the most content of a request.
    ///   - answers: of success, the usual first.
    ///   - problems: statuses of errors besides those that every route has (`OpenAPIResponses.swift`).
    ///   - staysOnLoop: of a short request the handler computes little between its waits (`Router.on`).
    init(
        _ id: String, _ method: HTTPRequest.Method, _ path: String, _ role: AccessRole?, _ summary: String,
        changes: Bool? = nil, parameters: [Parameter] = [], settings: [String] = [], content: Content = .none,
        limit: Limit = \.otherBodySizeBytesMax, answers: [Answer], problems: [Int] = [], staysOnLoop: Bool = false,
        _ handler: @escaping Handler
    ) {
        self.init(
            id, method, path, role, summary, changes: changes ?? (method != .get), parameters: parameters,
            settings: settings, content: content, limit: limit, answers: answers, problems: problems,
            .inTask(handler, staysOnLoop: staysOnLoop))
    }

    /// A row that is answered on the event loop that read the request, without a task and its two changes of threads.
    ///
    /// - Parameters: as above.
    static func onLoop(
        _ id: String, _ method: HTTPRequest.Method, _ path: String, _ role: AccessRole?, _ summary: String,
        answers: [Answer], problems: [Int] = [], _ handler: @escaping ImmediateHandler
    ) -> Route {
        Route(
            id, method, path, role, summary, changes: method != .get, parameters: [], settings: [], content: .none,
            limit: \.otherBodySizeBytesMax, answers: answers, problems: problems, .onLoop(handler))
    }

    private init(
        _ id: String, _ method: HTTPRequest.Method, _ path: String, _ role: AccessRole?, _ summary: String,
        changes: Bool, parameters: [Parameter], settings: [String], content: Content, limit: Limit, answers: [Answer],
        problems: [Int], _ handling: Handling
    ) {
        let names = id.split(separator: "/", maxSplits: 1).map(String.init)
        precondition(names.count == 2, "an operation is named by tag/name, not \(id)")
        (tag, self.id) = (names[0], names[1])
        self.method = method
        self.path = path
        self.role = role
        self.summary = summary
        self.changes = changes
        self.parameters = parameters
        self.settings = settings
        self.content = content
        bodySizeBytesMax = limit
        self.answers = answers
        self.problems = problems
        self.handling = handling
    }
}
