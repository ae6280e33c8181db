import HTTP1
import HTTPTypes
import Sockets
import Synchronization
import System

/// What is noted of requests, for metrics and the access log.
extension Connection {
    private static let traceName = HTTPField.Name("traceparent")

    /// Reads what the answer has to carry back: the trace, and what pages of other origins may see.
    func observe(_ head: RequestHead, _ exchange: Exchange) {
        let core = group.core
        exchange.observation?.method = head.request.method.rawValue
        exchange.observation?.path = head.target.path
        exchange.extraFields = core.configuration.crossOrigin.fieldLines(for: head.request)
        if let name = Self.traceName, let value = head.request.headerFields[name],
            let trace = TraceContext(value, span: core.makeNumber() | 1)
        {
            exchange.observation?.trace = trace
            exchange.extraFields += Array("traceparent: \(trace.value)\r\n".utf8)
        }
    }

    /// The request has ended: counts it and gives back what it held. Only the first call for an exchange does anything.
    func noteEnd(_ exchange: Exchange, _ failure: FailureReason? = nil) {
        guard let seen = exchange.observation.take() else { return }
        let core = group.core
        if let usage = exchange.usage {
            usage.returnRequest()
            core.requestsInFlight.subtract(1, ordering: .relaxed)
        }
        let failure = failure ?? seen.failure ?? (seen.status == 500 ? .internalError : nil)
        if let failure { core.count(failure) }
        let route = seen.route ?? core.unrouted
        let record = AccessRecord(
            id: exchange.id, peer: peer?.host, caller: exchange.caller.name, method: seen.method, path: seen.path,
            route: route.pattern, status: seen.status, requestBytes: seen.requestBytes,
            responseBytes: seen.responseBytes, seconds: Clock.monotonicSeconds() - exchange.startSeconds,
            firstEventSeconds: seen.firstEventSeconds, trace: seen.trace, failure: failure)
        route.add(record)
        core.configuration.onRequestEnd?(record)
    }
}
