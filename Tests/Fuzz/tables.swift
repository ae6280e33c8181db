import JSON
import Tables

/// The request that a table stands for, or how it is refused.
private func request(_ made: () throws -> RequestTable, _ input: TableInput) -> String {
    do {
        return try JSONValue.object(made().members(input).0).text
    } catch {
        return "\(error)"
    }
}

/// A table as text, whole and cut, or as JSON lines of records: the same request or refusal, and no trap.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    guard let data, count > 0 else { return 0 }
    let bytes = Array(UnsafeBufferPointer(start: data + 1, count: count - 1)), cut = 1 + Int(data[0] >> 3)
    var input = TableInput()
    input.isPrediction = data[0] & 1 == 1
    if data[0] & 2 == 2 {
        _ = request(
            {
                var builder = RecordTableBuilder()
                for (number, line) in bytes.split(separator: UInt8(ascii: "\n")).enumerated() {
                    try builder.add(JSONParser.parse(Array(line)), number: number)
                }
                return try builder.finish(input.reading)
            }, input)
        return 0
    }
    func table(_ pieceSizeBytes: Int) throws -> RequestTable {
        var builder = TableBuilder(input.reading), place = 0
        while place < bytes.count {
            let end = min(bytes.count, place + pieceSizeBytes)
            try builder.feed(Array(bytes[place..<end]))
            place = end
        }
        return RequestTable(try builder.finish())
    }
    let whole = request({ try table(max(1, bytes.count)) }, input), parts = request({ try table(cut) }, input)
    precondition(whole == parts, "the cuts make a difference")
    return 0
}
