import Compression
import HTTP1
import HTTPTypes

/// Codings of content, of requests and of responses.
extension Connection {
    /// - Returns: nil for plain content.
    func decompressor(for fields: HTTPFields) throws(HTTPServerError) -> Decompressor? {
        let coding = try ContentCoding.ofRequest(fields)
        guard coding != .identity else { return nil }
        do throws(CompressionError) {
            return try Decompressor(
                coding == .gzip ? .gzip : .zlib, outputBytesMax: machine.bodyBytesMax,
                ratioMax: limits.expansionRatioMax
            )
        } catch {
            throw .overloaded(retryAfterSeconds: 1)
        }
    }

    /// What codes the response of an exchange.
    func coder(for exchange: Exchange) -> ResponseCoder {
        ResponseCoder(accepted: exchange.accepted, sizeBytesMin: limits.compressBytesMin)
    }

    /// Off the loop.
    ///
    /// - Returns: the response as it is to be sent; for a stream that is to be compressed, what compresses it.
    func code(_ response: Response, _ exchange: Exchange) async -> (Response, GzipCompressor?) {
        guard ResponsePlan.hasContent(status: response.status.code) else { return (response, nil) }
        var response = response
        let compressor = await coder(for: exchange).encode(&response)
        return (response, compressor)
    }
}
