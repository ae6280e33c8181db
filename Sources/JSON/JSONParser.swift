/// A strict reader of JSON texts (RFC 8259).
///
/// Refused, with the byte offset: anything after the value, trailing commas, leading zeros, a byte order mark,
/// raw control characters in strings, invalid UTF-8, escapes of lone surrogates, duplicate keys, numbers beyond
/// the range of `Double`, nesting deeper than `depthMax`. Numbers too small for `Double` become 0.
package enum JSONParser {
    /// Deepest nesting that is read when nothing else is said: `[[1]]` has depth 2.
    package static let depthMaxDefault = 128
    /// No caller may ask for more, since values are read and freed by recursion.
    private static let depthMaxPossible = 512

    /// - Parameter claim: asked for memory before it is used, in bytes and in steps of some hundred kilobytes: a text
    ///   of 60 MB becomes values of 100 MB or of 2 GB. Its false ends the reading with an error whose `isMemoryRefused`
    ///   is true. nil: memory is not counted.
    /// - Complexity: linear in the size of `bytes`, whatever they hold.
    package static func parse(
        _ bytes: [UInt8], depthMax: Int = depthMaxDefault, claim: ((_ sizeBytes: Int) -> Bool)? = nil
    ) throws(JSONError) -> JSONValue {
        let depthMax = min(depthMax, depthMaxPossible)
        let result: Result<JSONValue, JSONError> = bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else {
                return .failure(JSONError(byteOffset: 0, detail: "the text is empty"))
            }
            return withUnsafeTemporaryAllocation(of: Double.self, capacity: JSONScanner.scratchCount) { scratch in
                // SAFETY: the scanner does not outlive the closure and reads only base[0..<count].
                var scanner = JSONScanner(
                    base: base, count: buffer.count, depthMax: depthMax, memory: JSONMemory(claim: claim),
                    scratch: scratch)
                do throws(JSONError) {
                    return .success(try scanner.document())
                } catch {
                    return .failure(error.placed(in: buffer))
                }
            }
        }
        return try result.get()
    }

    /// Reads a text that is already a string, for example one of the store's columns.
    package static func parse(_ text: String, depthMax: Int = depthMaxDefault) throws(JSONError) -> JSONValue {
        try parse(Array(text.utf8), depthMax: depthMax)
    }
}
