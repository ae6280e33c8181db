import HTTP1
import HTTPTypes

/// Bytes of a connection, whole and cut: the same events, the same fault, and no trap.
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
