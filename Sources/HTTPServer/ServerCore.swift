import HTTP1
import HTTPTypes
import Logging
import Synchronization

/// What all connections of a server share; immutable but for its counters.
final class ServerCore: Sendable {
    let configuration: HTTPServerConfiguration
    let router: Router
    let errorResponder: @Sendable (any Error, String) -> Response
    let logger: Logger
    let connectionsOpen = Atomic<Int>(0)
    let connectionsAccepted = Atomic<Int>(0)
    let connectionsRefused = Atomic<Int>(0)
    let connectionObjects = Atomic<Int>(0)
    let requests = Atomic<Int>(0)
    let requestsInFlight = Atomic<Int>(0)
    let clients: ClientTable
    let unrouted = RouteMetrics(method: "", pattern: "")
    /// The configured one, with the addresses listened on once they are known.
    let hosts: Mutex<HostPolicy>
    private let failures = Mutex<[FailureReason: Int]>([:])
    private let idCounter = Atomic<UInt64>(0)
    private let idSeed = UInt64.random(in: .min ... .max)

    init(
        configuration: HTTPServerConfiguration, router: Router,
        errorResponder: @escaping @Sendable (any Error, String) -> Response, logger: Logger
    ) {
        self.configuration = configuration
        self.router = router
        self.errorResponder = errorResponder
        clients = ClientTable(limits: configuration.limits)
        hosts = Mutex(configuration.hosts)
        self.logger = logger
    }

    /// How often deadlines are looked at: an eighth of the shortest, between 10 ms and half a second.
    var tickSeconds: Double {
        let limits = configuration.limits
        let shortest = min(
            limits.headSeconds, limits.bodyGraceSeconds, limits.idleSeconds, limits.writeStallSeconds,
            limits.lingerSeconds, limits.halfClosedSeconds, limits.handshakeSeconds, limits.responseGraceSeconds)
        return min(0.5, max(0.01, shortest / 8))
    }

    /// The responder's answer, with the fields that its status must have.
    func response(to error: any Error, id: String) -> Response {
        var response = errorResponder(error, id)
        guard let error = error as? HTTPServerError else { return response }
        // 405 must have Allow, 401 WWW-Authenticate, 415 about a coding Accept-Encoding.
        for field in error.headers where response.headers[field.name] == nil {
            response.headers[field.name] = field.value
        }
        return response
    }

    // MARK: Counting

    func count(_ reason: FailureReason) { failures.withLock { $0[reason, default: 0] += 1 } }

    var failureCounts: [FailureReason: Int] { failures.withLock { $0 } }

    // MARK: Request ids

    private static let idName = HTTPField.Name("x-request-id")

    /// The client's X-Request-Id if it has 1 to 64 characters of `A-Za-z0-9._-`, else a new one.
    func requestID(for request: HTTPRequest) -> String {
        guard let name = Self.idName, let given = request.headerFields[name], (1...64).contains(given.utf8.count),
            given.utf8.allSatisfy({ byte in
                (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || byte == 0x2E || byte == 0x5F || byte == 0x2D
            })
        else { return makeRequestID() }
        return given
    }

    /// A number different for 2^64 calls (a bijection of a counter: SplitMix64's finaliser).
    func makeNumber() -> UInt64 {
        var z = idSeed &+ idCounter.add(1, ordering: .relaxed).newValue &* 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// 13 characters of base 32, short enough for Swift to keep without an allocation.
    func makeRequestID() -> String {
        var z = makeNumber()
        let alphabet: StaticString = "0123456789abcdefghjkmnpqrstvwxyz"
        return String(unsafeUninitializedCapacity: 13) { buffer in
            for index in 0..<13 {
                buffer.initializeElement(at: index, to: alphabet.utf8Start[Int(z & 31)])
                z >>= 5
            }
            return 13
        }
    }
}
