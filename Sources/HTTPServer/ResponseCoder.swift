import Compression
import HTTPTypes

/// Compresses responses for clients that accept gzip. Runs in the request's task, off the event loops.
struct ResponseCoder: Sendable {
    let accepted: AcceptedCoding
    let sizeBytesMin: Int

    /// Content is compressed in pieces of this size, between which other tasks get their turn.
    private static let pieceBytesMax = 256 * 1024

    /// Whether a response goes out as it is: most are small, and the same for every client that does not insist.
    func leaves(_ response: Response) -> Bool {
        guard accepted.isPlainAcceptable, case .bytes(let bytes) = response.body else { return false }
        return bytes.count < sizeBytesMin
    }

    /// Codes the content and says so in the fields. HEAD gets the same fields as GET (RFC 9110 9.3.2).
    ///
    /// - Returns: for a stream that is to be compressed, what compresses it.
    func encode(_ response: inout Response) async -> GzipCompressor? {
        if leaves(response) { return nil }
        guard response.headers[.contentEncoding] == nil, !Self.forbidsChange(response.headers) else { return nil }
        let isWorthwhile = Self.isText(response.headers[.contentType])
        // RFC 9110 12.5.5: a cache must know that another client would have got another form.
        if isWorthwhile { response.headers.append(HTTPField(name: .vary, value: "Accept-Encoding")) }
        guard accepted.coding == .gzip, isWorthwhile || !accepted.isPlainAcceptable else { return nil }
        switch response.body {
        case .empty: return nil
        case .bytes(let bytes):
            guard bytes.count >= sizeBytesMin || !accepted.isPlainAcceptable,
                let compressor = try? GzipCompressor(.document)
            else {
                return nil
            }
            let coded = await Self.compress(bytes, compressor)
            guard coded.count < bytes.count || !accepted.isPlainAcceptable else { return nil }
            response.body = .bytes(coded)
            Self.markCoded(&response.headers)
            return nil
        case .stream:
            guard let compressor = try? GzipCompressor(.events) else { return nil }
            Self.markCoded(&response.headers)
            return compressor
        }
    }

    /// The coded content is another representation: a strong validator does not hold for it (RFC 9110 8.8.1).
    private static func markCoded(_ fields: inout HTTPFields) {
        fields[.contentEncoding] = "gzip"
        if let tag = fields[.eTag], !tag.hasPrefix("W/") { fields[.eTag] = "W/" + tag }
    }

    private static func compress(_ bytes: [UInt8], _ compressor: GzipCompressor) async -> [UInt8] {
        var coded: [UInt8] = []
        var start = 0
        while bytes.count - start > pieceBytesMax {
            coded += compressor.compress(bytes[start..<(start + pieceBytesMax)])
            start += pieceBytesMax
            await Task.yield()
        }
        return coded + compressor.finish(bytes[start...])
    }

    /// `no-transform` (RFC 9111 5.2.2.6).
    private static func forbidsChange(_ fields: HTTPFields) -> Bool {
        fields[.cacheControl]?.lowercased().contains("no-transform") == true
    }

    /// Weights and other binaries hardly shrink.
    private static func isText(_ type: String?) -> Bool {
        guard let type = type?.prefix(while: { $0 != ";" && $0 != " " }).lowercased() else { return false }
        return type.hasPrefix("text/") || type.hasSuffix("json") || type.hasSuffix("+xml")
            || type == "application/javascript"
    }
}
