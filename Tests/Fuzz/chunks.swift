import HTTP1
import HTTPTypes

private let head: [UInt8] = Array("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n".utf8)

/// A chunked body behind a good head, whole and cut: the same content, the same fault, and no trap.
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
