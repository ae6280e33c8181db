import HTTP1
import HTTPTypes

/// What a reader said about some bytes: events with runs of body joined, and the fault at the end if there was one.
struct Transcript: Equatable {
    var events: [RequestReader.Event] = []
    var fault: ProtocolFault?

    var heads: [RequestHead] {
        events.compactMap { if case .head(let head) = $0 { head } else { nil } }
    }
    var bodies: [[UInt8]] {
        events.compactMap { if case .body(let body) = $0 { body } else { nil } }
    }
    var ends: Int { events.filter { $0 == .end }.count }
    /// The status of the fault, 200 for complete requests, or 0 if more bytes are wanted.
    var status: Int { fault?.status.code ?? (ends > 0 && ends == heads.count ? 200 : 0) }

    /// Feeds `pieces` one by one.
    init(pieces: [ArraySlice<UInt8>], limits: HTTPLimits = HTTPLimits()) {
        var reader = RequestReader(limits: limits)
        for piece in pieces {
            piece.withUnsafeBytes { reader.append($0) }
            do throws(ProtocolFault) {
                taking: while true {
                    let event = try reader.next()
                    switch event {
                    case .needMore: break taking
                    case .body(let bytes): join(bytes)
                    case .head, .end: events.append(event)
                    }
                }
            } catch {
                fault = error
                return
            }
        }
    }

    init(_ text: String, limits: HTTPLimits = HTTPLimits()) {
        self.init(pieces: [Array(text.utf8)[...]], limits: limits)
    }

    private mutating func join(_ bytes: [UInt8]) {
        if case .body(let before)? = events.last {
            events[events.count - 1] = .body(before + bytes)
        } else {
            events.append(.body(bytes))
        }
    }
}
