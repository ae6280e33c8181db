import HTTP1
import HTTPTypes

/// Bytes of a connection, whole and cut: the same events, the same fault, and no trap.

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

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    guard let data, count > 0 else { return 0 }
    let bytes = UnsafeRawBufferPointer(start: data + 1, count: count - 1)
    let whole = Transcript(bytes, cut: max(1, bytes.count))
    precondition(whole == Transcript(bytes, cut: 1 + Int(data[0] & 31)), "the cuts make a difference")
    for case .head(let head) in whole.events {
        precondition(head.request.authority != nil || head.minorVersion == 0, "no authority")
        precondition(head.target.path.hasPrefix("/") || head.target.path == "*", "no path")
        precondition(!head.target.segments.contains("..") && !head.target.path.utf8.contains(0), "a path that escapes")
    }
    return 0
}
