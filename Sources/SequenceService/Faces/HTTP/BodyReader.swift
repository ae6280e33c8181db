package import HTTPServer
import HTTPTypes
package import JSON
import ModelFiles

/// Reads bodies, counts what they hold, and parses the large ones on threads of their own.
package struct BodyReader: Sendable {
    /// Larger bodies are work for `bodies`.
    private static let smallSizeBytesMax = 32 << 10
    /// Sequences of so many bytes are made ready for a model in a tenth of a millisecond.
    private static let shortSizeBytesMax = 2 << 10
    /// A compressed body of this size expands to a MiB at most (`expansion_ratio_max`'s grace).
    private static let smallCodedSizeBytesMax = 4 << 10
    /// Bytes of values for each byte of a small body, at most: `[[1],[2]`….
    private static let smallValuesFactor = 20
    /// What is usual: bytes of values, of examples and of the copy that is stored.
    private static let usualValuesFactor = 3

    /// Bytes of examples, of series prepared for the planner and of the copy that is stored, for each byte of values.
    private static let trainingValuesFactor = 2

    /// Bytes that all bodies and their values may hold together.
    package let budget: MemoryBudget
    /// For small things that may wait: disk, SQLite.
    package let offload: WorkQueue
    /// For large bodies.
    package let bodies: WorkQueue

    /// - Parameters:
    ///   - offload: for small things that may wait.
    ///   - bodies: for large bodies.
    package init(budget: MemoryBudget, offload: WorkQueue, bodies: WorkQueue) {
        self.budget = budget
        self.offload = offload
        self.bodies = bodies
    }

    /// A body that has come, and its part of the budget.
    package struct Body: Sendable {
        fileprivate let sent: Handover<[UInt8]>
        fileprivate let sentSizeBytes: Int
        fileprivate let source: RequestBody
        fileprivate let sizeBytesMax: Int
        /// Its part of the budget; given back with the body.
        package let lease: MemoryLease

        /// Whether it may be parsed where it was read.
        package var isSmall: Bool {
            sentSizeBytes <= (source.isCoded ? smallCodedSizeBytesMax : smallSizeBytesMax)
        }

        /// Whether what was read from it may be worked on there, too.
        package var isShort: Bool { !source.isCoded && sentSizeBytes <= shortSizeBytesMax }

        /// The content, once. For a thread that may be busy, unless the body is small.
        package func bytes() throws -> [UInt8] {
            let sent = sent.take() ?? []
            guard source.isCoded else { return sent }
            return try source.expand(sent, sizeBytesMax: sizeBytesMax) { try lease.take($0) }
        }

        /// As `bytes`, for one who makes as many copies of them.
        package func bytes(holding copies: Int) throws -> [UInt8] {
            let bytes = try bytes()
            try lease.take(bytes.count * copies)
            return bytes
        }

        /// - Throws: `JSONError`; `ServiceError.busy` or `.tooMuchMemory` while the values are more than the budget has
        ///   left.
        package func json() throws -> JSONValue { try BodyReader.json(bytes(), lease) }

        /// JSON lines, with their numbers; empty ones are left out.
        ///
        /// - Throws: as `json`; `ServiceError.unreadable` with the line that is not JSON, `.invalid` for more than
        ///   `countMax` lines.
        package func lines(countMax: Int) throws -> [(number: Int, json: JSONValue)] {
            var lines: [(number: Int, json: JSONValue)] = []
            let texts = try bytes().split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            for (index, text) in texts.enumerated() where !text.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) {
                guard lines.count < countMax else {
                    throw ServiceError.invalid("", "at most \(countMax) lines in one request")
                }
                do {
                    lines.append((index + 1, try BodyReader.parse(Array(text), lease, isExact: true)))
                } catch let error as JSONError {
                    throw ServiceError.unreadable("line \(index + 1), \(error.descriptionInLine)")
                }
            }
            return lines
        }

        /// What a training is of the content, with the SHA-256 of it: what becomes of the values is counted, too.
        package func training<Result>(_ make: ([UInt8]) throws -> Result) throws -> (result: Result, digest: String) {
            let (result, digest, sizeBytes) = try {
                let bytes = try bytes()
                return (try make(bytes), SHA256.hex(bytes), bytes.count)
            }()
            lease.giveBack(sizeBytes)
            try holdExamples()
            return (result, digest)
        }

        private func holdExamples() throws { try lease.take(lease.heldBytes * BodyReader.trainingValuesFactor) }
    }

    /// Waits for the content of a request.
    ///
    /// - Throws: 413 above the limit; 503 with the budget used up, before anything is read if the length is known.
    package func body(of request: Request, sizeBytesMax: Int) async throws -> Body {
        let lease = budget.lease(for: request.client)
        let announced = request.head.headerFields[.contentLength].flatMap { Int($0) } ?? 0
        if announced > 0 {
            try lease.take(min(announced, sizeBytesMax))
            // A guess must not refuse for good, but it may well refuse for now.
            do throws(ServiceError) {
                try lease.check(min(announced, sizeBytesMax) * Self.usualValuesFactor)
            } catch {
                if case .busy = error { throw error }
            }
        }
        let sent = try await request.body.collectAsSent(sizeBytesMax: sizeBytesMax, expectedSizeBytes: announced) {
            if announced == 0 { try lease.take($0) }
        }
        return Body(
            sent: Handover(sent), sentSizeBytes: sent.count, source: request.body, sizeBytesMax: sizeBytesMax,
            lease: lease)
    }

    /// Reads a body as JSON and makes something of it: at once if it is small, on a thread for large bodies otherwise.
    ///
    /// - Throws: 415 for another content type or none, 413 above the limit, 503 with the budget used up, 400
    ///   with the byte offset for what is not JSON, and what `make` throws.
    package func read<Result: Sendable>(
        _ request: Request, sizeBytesMax: Int, _ make: @escaping @Sendable (JSONValue, Body) throws -> Result
    ) async throws -> Result {
        try await read(request, accepting: [Self.jsonType], sizeBytesMax: sizeBytesMax) { body, _ in
            try make(body.json(), body)
        }
    }

    /// The same for a body of one of several types, which `make` is told.
    ///
    /// - Parameter types: nil for any; then the type is an empty text.
    package func read<Result: Sendable>(
        _ request: Request, accepting types: [String]?, sizeBytesMax: Int,
        _ make: @escaping @Sendable (Body, _ type: String) throws -> Result
    ) async throws -> Result {
        let type = try types.map { types throws(RequestError) in try Self.contentType(of: request, among: types) } ?? ""
        let body = try await body(of: request, sizeBytesMax: sizeBytesMax)
        if body.isSmall, !request.body.isCoded { return try make(body, type) }
        return try await queue(for: body).run(for: request.client) { try make(body, type) }
    }

    /// Where work with a body belongs.
    package func queue(for body: Body) -> WorkQueue { body.isSmall ? offload : bodies }

    /// The value of a JSON text; its parts are counted.
    ///
    /// - Throws: as `Body.json`.
    package static func json(_ bytes: [UInt8], _ lease: MemoryLease) throws -> JSONValue { try parse(bytes, lease) }

    /// Parses JSON lines one by one.
    ///
    /// - Parameter body: gets the number and the value of each; false where it does not keep the value.
    /// - Throws: as `Body.lines`, and what `body` throws.
    package static func forEachLine(
        _ bytes: [UInt8], _ lease: MemoryLease, _ body: (_ number: Int, JSONValue) throws -> Bool
    ) throws {
        var start = 0, number = 0
        while start < bytes.count {
            number += 1
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            let text = bytes[start..<end]
            start = end + 1
            guard text.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) else { continue }
            let heldBytes = lease.heldBytes
            let value: JSONValue
            do {
                value = try parse(Array(text), lease)
            } catch let error as JSONError {
                throw ServiceError.unreadable("line \(number), \(error.descriptionInLine)")
            }
            let valueBytes = lease.heldBytes - heldBytes
            if try !body(number, value) { lease.giveBack(valueBytes) }
        }
    }

    /// - Parameter isExact: a small text is one of many, whose values are not guessed but counted.
    private static func parse(_ bytes: [UInt8], _ lease: MemoryLease, isExact: Bool = false) throws -> JSONValue {
        if bytes.count <= smallSizeBytesMax, !isExact {
            try lease.take(bytes.count * smallValuesFactor)
            return try JSONParser.parse(bytes)
        }
        var refusal: ServiceError?
        do throws(JSONError) {
            return try JSONParser.parse(bytes) { sizeBytes in
                do throws(ServiceError) {
                    try lease.take(sizeBytes)
                    return true
                } catch {
                    refusal = error
                    return false
                }
            }
        } catch {
            if let refusal { throw refusal }
            throw error
        }
    }

    /// A page of another origin can send every type that an HTML form has, or none, without asking first (CORS);
    /// a type of our own it cannot. So a body without a type is not taken for JSON.
    ///
    /// - Throws: 415 unless the body says that it is JSON.
    package static func checkJSON(_ request: Request) throws(RequestError) {
        _ = try contentType(of: request, among: [jsonType])
    }

    private static let jsonType = "application/json"

    /// - Throws: 415 unless the body says that it is of one of the types.
    package static func contentType(of request: Request, among types: [String]) throws(RequestError) -> String {
        let field = request.head.headerFields[.contentType] ?? ""
        if types.contains(field) { return field }
        let type = field.prefix { $0 != ";" }.lowercased().filter { $0 != " " && $0 != "\t" }
        guard types.contains(type) else { throw .unsupportedMediaType(found: field, accepted: types) }
        return type
    }
}
