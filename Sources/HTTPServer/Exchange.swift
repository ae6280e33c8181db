import HTTP1
import HTTPTypes
import Sockets
import System

/// One request and its response, as the connection sees them. Touched on the connection's loop only.
final class Exchange: @unchecked Sendable {
    // SAFETY: handed between tasks as an identity; its state is read and written on the loop only.

    let id: String
    let minorVersion: Int
    let isHead: Bool
    /// The coding of the response, and whether a plain one would be acceptable, too.
    var coding = ContentCoding.identity
    var isPlainAcceptable = true
    /// Set when the request is complete.
    var isRequestComplete = false
    /// Set when the last byte of the response was given to the stream.
    var isResponseComplete = false
    /// Whether the connection may serve another request afterwards.
    var keepAlive: Bool
    /// A 100 (Continue) is owed before content comes.
    var owesContinue: Bool
    /// Content is thrown away since nobody reads it.
    var isDiscarding = false
    /// The handler is behind with reading.
    var isBodyPaused = false
    /// The request's framing broke; what else comes is noise.
    var isInputBroken = false
    /// Who asks, and whose share of requests it holds.
    var caller = Caller.stranger
    var usage: ClientUsage?
    /// Lines of fields that every answer to this request carries.
    var extraFields: [UInt8] = []
    /// For metrics and the access log.
    let startSeconds: Double
    var route: RouteMetrics?
    var method = ""
    var path = ""
    var status = 0
    var requestBytes = 0
    var responseBytes = 0
    var firstEventSeconds: Double?
    var trace: TraceContext?
    var failure: FailureReason?
    var isNoted = false
    /// No more input is needed for a response: there is none, or it is wrong.
    var isAnswerable: Bool { isRequestComplete || isInputBroken }
    var body: RequestBody?
    var writer: BodyWriter?
    var task: Task<Void, Never>?

    init(id: String, minorVersion: Int, isHead: Bool, keepAlive: Bool, owesContinue: Bool) {
        self.id = id
        self.minorVersion = minorVersion
        self.isHead = isHead
        self.keepAlive = keepAlive
        self.owesContinue = owesContinue
        startSeconds = Clock.monotonicSeconds()
    }

    /// The client has left: whoever works for it stops.
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
