package import JSON

extension JSONReader {
    /// The `metadata` of a request: a JSON object of the client's own, that comes back in every list.
    ///
    /// - Parameter sizeBytesMax: of its JSON text.
    /// - Returns: `{}` when it is absent, or after noting a fault.
    package func metadata(sizeBytesMax: Int) -> JSONValue {
        guard let metadata = value("metadata") else { return [:] }
        guard metadata.object != nil else {
            fault("metadata", "expected an object, found \(metadata.found)")
            return [:]
        }
        let sizeBytes = metadata.bytes.count
        guard sizeBytes <= sizeBytesMax else {
            fault("metadata", "\(sizeBytes) bytes of JSON, at most \(sizeBytesMax)")
            return [:]
        }
        return metadata
    }
}
