package import HTTPServer
import HTTPTypes
package import JSON

/// Reads the body of a request as JSON.
package struct JSONBody: Sendable {
    /// Larger bodies are parsed on a thread of our own.
    private static let inlineSizeBytesMax = 32 << 10

    let offload: Offload

    /// - Throws: 415 for another content type, or none, 413 above the limit, 400 with the byte
    ///   offset for what is not JSON.
    package func read(_ request: Request, sizeBytesMax: Int) async throws -> JSONValue {
        let bytes = try await Self.bytes(request, sizeBytesMax: sizeBytesMax)
        if bytes.count <= Self.inlineSizeBytesMax { return try JSONParser.parse(bytes) }
        return try await offload.run { try JSONParser.parse(bytes) }
    }

    /// The bytes of a body that says it is JSON.
    package static func bytes(_ request: Request, sizeBytesMax: Int) async throws -> [UInt8] {
        try checkType(request)
        return try await request.body.collect(sizeBytesMax: sizeBytesMax)
    }

    /// A page of another origin can send every type that an HTML form has, or none, without asking first (CORS);
    /// a type of our own it cannot. So a body without a type is not taken for JSON.
    private static func checkType(_ request: Request) throws(ServiceError) {
        let field = request.head.headerFields[.contentType] ?? ""
        let type = field.prefix { $0 != ";" }.lowercased().filter { $0 != " " && $0 != "\t" }
        guard type == "application/json" else {
            throw .unsupportedMediaType(found: field, accepted: ["application/json"])
        }
    }
}
