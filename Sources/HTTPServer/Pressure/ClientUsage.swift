import HTTP1
import Synchronization

/// What one client has taken: an address, or all holders of one key.
///
/// The rate is a token bucket: `requestBurst` tokens at most, `requestsPerSecond` come back, a request takes one.
package final class ClientUsage: Sendable {
    private struct State {
        var connections = 0
        var requests = 0
        var tokens = -1.0  // below zero: full, as nothing was taken yet
        var refilledSeconds = 0.0
    }

    private let state = Mutex(State())

    /// Nothing used yet.
    package init() {}

    /// Takes room for a connection, if there is some.
    func takeConnection(max: Int) -> Bool {
        state.withLock { state in
            guard state.connections < max else { return false }
            state.connections += 1
            return true
        }
    }

    /// - Returns: whether nothing is held any more.
    func returnConnection() -> Bool {
        state.withLock { state in
            state.connections -= 1
            return state.connections == 0
        }
    }

    /// Takes a token and room for a request.
    ///
    /// - Parameter now: monotonic seconds.
    /// - Throws: `.tooManyRequests` with the seconds until the next token.
    func takeRequest(limits: HTTPLimits, now: Double) throws(HTTPServerError) {
        let wait = state.withLock { state -> Double? in
            guard state.requests < limits.requestsInFlightPerClientMax else { return 1 }
            if limits.requestsPerSecond > 0, let wait = Self.takeToken(&state, limits, now) { return wait }
            state.requests += 1
            return nil
        }
        if let wait { throw .tooManyRequests(retryAfterSeconds: Self.wholeSeconds(wait)) }
    }

    /// Takes a token only: for a request that is refused for another reason.
    func takeToken(limits: HTTPLimits, now: Double) throws(HTTPServerError) {
        guard limits.requestsPerSecond > 0 else { return }
        let wait = state.withLock { Self.takeToken(&$0, limits, now) }
        if let wait { throw .tooManyRequests(retryAfterSeconds: Self.wholeSeconds(wait)) }
    }

    /// Longest wait that an answer names: a rate near 0 would ask for more seconds than an integer holds.
    private static let waitSecondsMax = 86_400.0

    private static func wholeSeconds(_ wait: Double) -> Int { Int(max(1, min(wait, waitSecondsMax)).rounded(.up)) }

    /// Seconds until there is a token; nil if one was taken.
    private static func takeToken(_ state: inout State, _ limits: HTTPLimits, _ now: Double) -> Double? {
        let burst = Double(max(1, limits.requestBurst))
        if state.tokens < 0 {
            state.tokens = burst
        } else {
            state.tokens = min(burst, state.tokens + max(0, now - state.refilledSeconds) * limits.requestsPerSecond)
        }
        state.refilledSeconds = now
        guard state.tokens >= 1 else { return (1 - state.tokens) / limits.requestsPerSecond }
        state.tokens -= 1
        return nil
    }

    func returnRequest() { state.withLock { $0.requests -= 1 } }

    /// Whether forgetting this client would change nothing: nothing is held, and the bucket is full again.
    func isForgettable(limits: HTTPLimits, now: Double) -> Bool {
        state.withLock { state in
            guard state.connections == 0, state.requests == 0 else { return false }
            guard limits.requestsPerSecond > 0, state.tokens >= 0 else { return true }
            return state.tokens + (now - state.refilledSeconds) * limits.requestsPerSecond
                >= Double(limits.requestBurst)
        }
    }
}
