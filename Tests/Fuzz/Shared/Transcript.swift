import HTTP1
import HTTPTypes

/// Runs of body are joined; what a reader says after that does not depend on the cuts.
struct Transcript: Equatable {
    var events: [RequestReader.Event] = []
    var fault: ProtocolFault?
    private var body: [UInt8] = []

    init(_ bytes: UnsafeRawBufferPointer, cut: Int) {
        defer { endBody() }
        var reader = RequestReader(limits: HTTPLimits())
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + cut)
            reader.append(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
            start = end
            do throws(ProtocolFault) {
                while try take(reader.next()) {}
            } catch {
                fault = error
                return
            }
        }
    }

    private mutating func take(_ event: RequestReader.Event) -> Bool {
        switch event {
        case .needMore: return false
        case .body(let new):
            precondition(!new.isEmpty, "an empty piece of body")
            body += new
        case .head, .end:
            endBody()
            events.append(event)
        }
        return true
    }

    private mutating func endBody() {
        if !body.isEmpty { events.append(.body(body)) }
        body = []
    }
}
