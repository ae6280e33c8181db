import HTTP1
import HTTPTypes
import Sockets
import System

/// One request and its response, as those see them who work on them; where they are is the connection's machine's to
/// know. Touched on the connection's loop only.
final class Exchange: @unchecked Sendable {
    // SAFETY: handed between tasks as an identity; its state is read and written on the loop only.

    /// For metrics and the access log.
    struct Observation {
        var route: RouteMetrics?
        var method = ""
        var path = ""
        var status = 0
        var requestBytes = 0
        var responseBytes = 0
        var firstEventSeconds: Double?
        var trace: TraceContext?
        var failure: FailureReason?
    }

    let id: String
    let minorVersion: Int
    let isHead: Bool
    let startSeconds: Double
    /// The codings of the response.
    var accepted = AcceptedCoding.plain
    /// Who asks, and whose share of requests it holds.
    var caller = Caller.stranger
    var usage: ClientUsage?
    /// Lines of fields that every answer to this request carries.
    var extraFields: [UInt8] = []
    /// Until the request has ended and was counted.
    var observation: Observation? = Observation()
    var body: RequestBody?
    var writer: BodyWriter?
    var task: Task<Void, Never>?

    init(id: String, minorVersion: Int, isHead: Bool) {
        self.id = id
        self.minorVersion = minorVersion
        self.isHead = isHead
        startSeconds = Clock.monotonicSeconds()
    }

    /// Nobody waits for the response any more: whoever works for it stops.
    func abandon() {
        body?.fail(.clientGone)
        writer?.fail(.clientGone)
        task?.cancel()
        // Writer and body hold the exchange and its connection in their closures.
        writer = nil
        body = nil
        task = nil
    }
}
