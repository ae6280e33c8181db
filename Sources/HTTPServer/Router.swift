package import HTTPTypes

/// Finds the handler of a method and path.
///
/// Patterns are paths whose segments may be captures in braces, `/jobs/{id}/events`. A literal segment wins over a
/// capture. HEAD is served by GET's handler; OPTIONS and the Allow field come from the table.
package struct Router: Sendable {
    /// Answers one request; runs in a task of its own that is cancelled when the client leaves.
    package typealias Handler = @Sendable (Request) async throws -> Response

    /// Answers one request at once, on its event loop: it neither waits nor computes, and reads no content.
    package typealias ImmediateHandler = @Sendable (Request) throws -> Response

    /// Where a handler runs.
    enum Handling: Sendable {
        case inTask(Handler, staysOnLoop: Bool)
        case onLoop(ImmediateHandler)
    }

    struct Endpoint: Sendable {
        let captureNames: [String]
        let bodyBytesMax: Int?
        let role: AccessRole?
        let metrics: RouteMetrics
        let needsContent: Bool
        let handling: Handling
    }

    private struct Node: Sendable {
        var literals: [String: Node] = [:]
        var captures: [Node] = []  // none or one; an array because a struct cannot hold itself
        var endpoints: [(method: HTTPRequest.Method, endpoint: Endpoint)] = []

        mutating func insert(_ path: ArraySlice<Substring>, _ method: HTTPRequest.Method, _ endpoint: Endpoint) {
            guard let segment = path.first else {
                precondition(!endpoints.contains { $0.method == method }, "a route was given twice")
                endpoints.append((method, endpoint))
                return
            }
            if Router.captureName(segment) != nil {
                if captures.isEmpty { captures.append(Node()) }
                captures[0].insert(path.dropFirst(), method, endpoint)
            } else {
                literals[String(segment), default: Node()].insert(path.dropFirst(), method, endpoint)
            }
        }

        func find(_ path: ArraySlice<String>, _ captured: inout [String]) -> [(
            method: HTTPRequest.Method, endpoint: Endpoint
        )]? {
            guard let segment = path.first else { return endpoints.isEmpty ? nil : endpoints }
            if let next = literals[segment], let found = next.find(path.dropFirst(), &captured) { return found }
            guard let next = captures.first, !segment.isEmpty else { return nil }
            captured.append(segment)
            if let found = next.find(path.dropFirst(), &captured) { return found }
            captured.removeLast()
            return nil
        }
    }

    enum Match {
        case found(Endpoint, parameters: [String: String])
        case options(allow: [String])
        case failure(HTTPServerError)
    }

    private var root = Node()
    private(set) var metrics: [RouteMetrics] = []

    /// Every route, in the order of adding.
    package var routes: [(method: String, pattern: String)] {
        metrics.map(\.statistics).map { ($0.method, $0.pattern) }
    }

    /// A router without routes.
    package init() {}

    /// Adds a route. A route given twice is a programmer error.
    /// - Parameters:
    ///   - pattern: starts with "/"; `{name}` captures one non-empty segment.
    ///   - bodySizeBytesMax: the most content in bytes; nil = the server's `bodyBytesMax`.
    ///   - role: what a caller needs where keys are asked for. nil: no key; such routes also have no rate and no limit
    ///     of requests under way, so they must be cheap.
    ///   - needsContent: a request without Content-Length and Transfer-Encoding is answered by 411 (RFC 9110 15.5.12).
    ///   - staysOnLoop: of a short request the handler computes little between its waits, so it runs on the event loop
    ///     of its connection, without two changes of threads.
    package mutating func on(
        _ method: HTTPRequest.Method, _ pattern: String, bodySizeBytesMax: Int? = nil, role: AccessRole? = nil,
        needsContent: Bool = false, staysOnLoop: Bool = false, _ handler: @escaping Handler
    ) {
        add(
            method, pattern, bodySizeBytesMax: bodySizeBytesMax, role: role, needsContent: needsContent,
            .inTask(handler, staysOnLoop: staysOnLoop))
    }

    /// Adds a route that is answered at once, without a task and its two changes of threads.
    ///
    /// - Parameters: as `on`.
    package mutating func onLoop(
        _ method: HTTPRequest.Method, _ pattern: String, bodySizeBytesMax: Int? = nil, role: AccessRole? = nil,
        _ handler: @escaping ImmediateHandler
    ) {
        add(
            method, pattern, bodySizeBytesMax: bodySizeBytesMax, role: role, needsContent: false, .onLoop(handler))
    }

    private mutating func add(
        _ method: HTTPRequest.Method, _ pattern: String, bodySizeBytesMax: Int?, role: AccessRole?,
        needsContent: Bool, _ handling: Handling
    ) {
        precondition(pattern.hasPrefix("/"), "the pattern \(pattern) does not start with /")
        let segments = pattern.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        let metrics = RouteMetrics(method: method.rawValue, pattern: pattern)
        self.metrics.append(metrics)
        let endpoint = Endpoint(
            captureNames: segments.compactMap(Self.captureName), bodyBytesMax: bodySizeBytesMax, role: role,
            metrics: metrics, needsContent: needsContent, handling: handling)
        root.insert(segments[...], method, endpoint)
    }

    private static func captureName(_ segment: Substring) -> String? {
        segment.hasPrefix("{") && segment.hasSuffix("}") ? String(segment.dropFirst().dropLast()) : nil
    }

    func match(_ method: HTTPRequest.Method, path: String, segments: [String]) -> Match {
        if path == "*" { return .options(allow: Self.knownMethods.map(\.rawValue)) }  // RFC 9110 9.3.7
        // RFC 9110 9.1: 501 for methods the server knows nothing of, 405 for those a resource does not allow.
        guard Self.knownMethods.contains(method) || Self.refusedMethods.contains(method.rawValue) else {
            return .failure(.notImplemented(method: method.rawValue))
        }
        var captured: [String] = []
        guard let endpoints = root.find(segments[...], &captured) else { return .failure(.notFound(path: path)) }
        let found =
            endpoints.first { $0.method == method }
            ?? (method == .head ? endpoints.first { $0.method == .get } : nil)
        guard let endpoint = found?.endpoint else {
            let allow = Self.allow(endpoints.map(\.method))
            return method == .options ? .options(allow: allow) : .failure(.methodNotAllowed(allow: allow))
        }
        guard !captured.isEmpty else { return .found(endpoint, parameters: [:]) }
        let parameters = Dictionary(zip(endpoint.captureNames, captured)) { first, _ in first }
        return .found(endpoint, parameters: parameters)
    }

    private static let knownMethods: [HTTPRequest.Method] = [.get, .head, .post, .put, .delete, .options, .patch]

    /// Known, and allowed nowhere.
    private static let refusedMethods: Set<String> = ["TRACE", "QUERY"]

    private static func allow(_ methods: [HTTPRequest.Method]) -> [String] {
        knownMethods.filter {
            methods.contains($0) || $0 == .options || ($0 == .head && methods.contains(.get))
        }.map(\.rawValue)
    }
}
