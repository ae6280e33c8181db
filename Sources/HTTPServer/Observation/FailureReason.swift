/// Why requests and connections end otherwise than they should; the label `reason` of `rondo_http_failures_total`.
package enum FailureReason: String, Sendable, CaseIterable {
    /// The request is not HTTP as it should be (400, 411, 414, 417, 431, 501, 505).
    case protocolFault = "protocol_fault"
    /// 413.
    case bodyTooLarge = "body_too_large"
    /// 408 for a head.
    case headTimeout = "head_timeout"
    /// 408 for a body.
    case bodyTimeout = "body_timeout"
    /// The client takes no bytes of its response.
    case writeStall = "write_stall"
    /// The client takes its response more slowly than the least rate.
    case slowReader = "slow_reader"
    /// The client left before its response was complete.
    case clientGone = "client_gone"
    /// 401.
    case unauthorized
    /// 403.
    case forbidden
    /// 421: the request names another server.
    case misdirected
    /// 403: a web page of another origin asks.
    case crossOrigin = "cross_origin"
    /// 429.
    case rateLimited = "rate_limited"
    /// 503: more requests than the limit.
    case overloaded
    /// 500.
    case internalError = "internal_error"
    /// A streamed response broke off.
    case streamFailed = "stream_failed"
    /// The drain's deadline came first.
    case stopped
    /// 503: more connections than the limit.
    case connectionsMax = "connections_max"
    /// 429: more connections of one address than the limit.
    case connectionsPerAddressMax = "connections_per_address_max"

    /// nil for answers that are not faults of transport, access or load, such as 404.
    init?(_ error: HTTPServerError) {
        switch error {
        case .notFound, .methodNotAllowed, .notAcceptable, .unsupportedCoding, .badRequest: return nil
        case .notImplemented, .lengthRequired, .protocolFault: self = .protocolFault
        case .bodyTooLarge, .expandsTooMuch: self = .bodyTooLarge
        case .timeout(let what): self = what == "head" ? .headTimeout : .bodyTimeout
        case .clientGone: self = .clientGone
        case .unauthorized: self = .unauthorized
        case .forbidden: self = .forbidden
        case .misdirected: self = .misdirected
        case .crossOrigin: self = .crossOrigin
        case .tooManyRequests: self = .rateLimited
        case .overloaded: self = .overloaded
        case .misuse: self = .internalError
        }
    }
}
