import HTTP1
import HTTPTypes
import Sockets
import Synchronization

/// Between a request's head and its handler: is it meant for us, who asks, may they, and is there room?
extension Connection {
    /// Refuses what is meant for another server, and what a web page of another origin asks; before anything else is
    /// looked at.
    ///
    /// - Throws: 421, 403.
    func checkOrigin(_ request: HTTPRequest) throws(HTTPServerError) {
        let core = group.core
        // Other processes of this machine, such as a gateway, which speaks for whom it likes; no browser.
        let isTrusted = peer.map { $0.family == .unix } ?? true
        if !isTrusted {
            // RFC 9110 7.4: https asks for a connection secured by a certificate, http for one that is not.
            let own = machine.isEncrypted ? "https" : "http"
            if let scheme = request.scheme, scheme != own {
                throw .misdirected(detail: "the target's scheme is \(scheme), and this port speaks \(own)")
            }
            // A client without Host speaks HTTP/1.0, which no browser does.
            if let authority = request.authority, !core.isOwn(authority) {
                throw .misdirected(
                    detail: """
                        the host \"\(authority.prefix(300))\" is not a name of this server; the setting \
                        allowed_hosts names those it may be asked by, besides localhost and its addresses
                        """)
            }
        }
        // A preflight asks whether a request may come; what it is answered is the policy.
        guard request.method != .options else { return }
        if core.configuration.crossOrigin.refuses(
            request, authority: request.authority, isEncrypted: machine.isEncrypted)
        {
            throw .crossOrigin
        }
    }

    /// Takes the request's share of what is limited; `noteEnd` gives it back.
    ///
    /// - Throws: 401, 403, 429 or 503, in this order. A refused request takes its token, too, so that guessing keys has
    ///   the rate of an address.
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

extension ServerCore {
    /// Whether `authority` names this server. With keys in force a rebound name gains nothing, since no page has a key
    /// and browsers add none by themselves; so servers with keys may be asked by any name (a service's, a proxy's)
    /// until names are configured.
    func isOwn(_ authority: String) -> Bool {
        hosts.withLock { hosts in
            hosts.allows(authority) || !hosts.isConfigured && configuration.authenticator?.isEnforced == true
        }
    }
}
