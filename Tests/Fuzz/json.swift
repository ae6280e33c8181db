import JSON

/// A text: refused with an offset inside it, or read, written and read again as the same.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    guard let data else { return 0 }
    let bytes = Array(UnsafeBufferPointer(start: data, count: count))
    do throws(JSONError) {
        let value = try JSONParser.parse(bytes)
        do throws(JSONError) {
            let again = try JSONParser.parse(value.bytes)
            precondition(again == value, "written as something else")
        } catch {
            preconditionFailure("read, but not what was written from it: \(error)")
        }
    } catch {
        precondition((0...count).contains(error.byteOffset), "an offset outside of the text")
    }
    return 0
}
