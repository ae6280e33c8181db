import HTTP1
import HTTPTypes

/// A chunked body behind a good head, whole and cut: the same content, the same fault, and no trap.

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

private let head: [UInt8] = Array("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n".utf8)

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    guard let data, count > 0 else { return 0 }
    let bytes = head + UnsafeBufferPointer(start: data + 1, count: count - 1)
    bytes.withUnsafeBytes { bytes in
        let whole = Transcript(bytes, cut: bytes.count)
        precondition(whole == Transcript(bytes, cut: 1 + Int(data[0] & 31)), "the cuts make a difference")
        let content = whole.events.reduce(0) { if case .body(let body) = $1 { $0 + body.count } else { $0 } }
        precondition(content < count, "more content than bytes")
    }
    return 0
}
