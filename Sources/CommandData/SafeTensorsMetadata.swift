import JSON

/// The `__metadata__` of a safetensors file: texts by name in the JSON at its head, before the tensors.
package enum SafeTensorsMetadata {
    private static let prefixSizeBytes = 8
    private static let headSizeBytesMax = 100 << 20
    private static let name = "__metadata__"

    /// The same file with one more entry, in place of one of the same name. Places of tensors are counted from the end
    /// of the head, so that they stay right.
    ///
    /// - Throws: `InputError` for a file that does not begin as a safetensors file does.
    package static func adding(_ key: String, _ text: String, to file: [UInt8], path: String) throws(InputError)
        -> [UInt8]
    {
        let size = file.prefix(prefixSizeBytes).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard file.count >= prefixSizeBytes, size <= headSizeBytesMax, Int(size) <= file.count - prefixSizeBytes else {
            throw InputError(description: "\(path) is not a safetensors file: it has no head")
        }
        let end = prefixSizeBytes + Int(size)
        guard let json = try? JSONParser.parse(Array(file[prefixSizeBytes..<end])), var head = json.object else {
            throw InputError(description: "\(path) is not a safetensors file: its head is not JSON")
        }
        var metadata = head[name]?.object ?? JSONObject()
        metadata[key] = .string(text)
        head[name] = .object(metadata)
        let bytes = JSONValue.object(head).bytes
        let prefix = (0..<prefixSizeBytes).map { UInt8(truncatingIfNeeded: bytes.count >> (8 * $0)) }
        return prefix + bytes + file[end...]
    }
}
