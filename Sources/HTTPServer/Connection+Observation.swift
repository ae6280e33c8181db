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
        exchange.method = head.request.method.rawValue
        exchange.path = head.target.path
        if let name = Self.traceName, let value = head.request.headerFields[name] {
            exchange.trace = TraceContext(value, span: core.makeNumber() | 1)
        }
        exchange.extraFields = core.configuration.crossOrigin.fieldLines(for: head.request)
        if let trace = exchange.trace { exchange.extraFields += Array("traceparent: \(trace.value)\r\n".utf8) }
    }

    /// The request has ended: counts it and gives back what it held. Only the first call for an exchange does anything.
    func noteEnd(_ exchange: Exchange, _ failure: FailureReason? = nil) {
        guard !exchange.isNoted else { return }
        exchange.isNoted = true
        let core = group.core
        if let usage = exchange.usage {
            usage.returnRequest()
            core.requestsInFlight.subtract(1, ordering: .relaxed)
        }
        let failure = failure ?? exchange.failure ?? (exchange.status == 500 ? .internalError : nil)
        if let failure { core.count(failure) }
        let route = exchange.route ?? core.unrouted
        let record = AccessRecord(
            id: exchange.id, peer: peer?.host, caller: exchange.caller.name, method: exchange.method,
            path: exchange.path,
            route: route.pattern, status: exchange.status, requestBytes: exchange.requestBytes,
            responseBytes: exchange.responseBytes, seconds: Clock.monotonicSeconds() - exchange.startSeconds,
            firstEventSeconds: exchange.firstEventSeconds, trace: exchange.trace, failure: failure)
        route.add(record)
        core.configuration.onRequestEnd?(record)
    }
}
