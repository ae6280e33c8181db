import HTTP1
import HTTPTypes
import Sockets
import Synchronization

/// Between a request's head and its handler: who asks, may they, and is there room?
extension Connection {
    /// Takes the request's share of what is limited; `noteEnd` gives it back.
    ///
    /// - Throws: 401, 403, 429 or 503, in this order. A refused request takes its token, too, so that guessing keys has the
    ///   rate of an address.
    func admit(_ request: HTTPRequest, to endpoint: Router.Endpoint, _ exchange: Exchange) throws(HTTPServerError) {
        let core = group.core
        do throws(HTTPServerError) {
            exchange.caller = try core.caller(of: request, role: endpoint.role)
        } catch {
            try client?.takeToken(limits: limits, now: exchange.startSeconds)
            throw error
        }
        guard endpoint.role != nil else { return }
        let usage = exchange.caller.usage ?? client
        try usage?.takeRequest(limits: limits, now: exchange.startSeconds)
        exchange.usage = usage
        guard core.requestsInFlight.add(1, ordering: .relaxed).newValue <= limits.requestsInFlightMax else {
            core.requestsInFlight.subtract(1, ordering: .relaxed)
            usage?.returnRequest()
            exchange.usage = nil
            throw .overloaded(retryAfterSeconds: 1)
        }
    }

    /// The answer to OPTIONS: what the resource allows, to whom, and to which pages.
    func options(_ allow: [String], _ request: HTTPRequest) -> Response {
        var fields = group.core.configuration.crossOrigin.preflightFields(for: request, allow: allow)
        fields[.allow] = allow.joined(separator: ", ")
        return Response(status: .noContent, headers: fields)
    }
}
