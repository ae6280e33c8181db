/// The answer to one request: its status, and its body piece by piece. Used by one thread.
final class HTTPAnswer {
    private(set) var status = 0
    private(set) var headers: [String: String] = [:]
    private let connection: ClientConnection
    /// Received and not yet parsed.
    private var input: ArraySlice<UInt8> = []
    /// Body bytes without their framing, not yet taken.
    private var body: ArraySlice<UInt8> = []
    private var isEnded = false
    /// Bytes left of the content (`Content-Length`), or of the present chunk.
    private var left: Int?
    private var isChunked = false
    private var isFirstChunk = true

    init(_ connection: ClientConnection) throws(ClientError) {
        self.connection = connection
        repeat { try readHead() } while (100..<200).contains(status)
    }

    /// The next line of the body without its end; nil at the end.
    func readLine() throws(ClientError) -> [UInt8]? {
        var searched = 0
        while true {
            if let end = body.dropFirst(searched).firstIndex(of: UInt8(ascii: "\n")) {
                let line = Array(body[..<end])
                body = body[(end + 1)...]
                return line
            }
            searched = body.count
            if try !readMore() {
                defer { body = [] }
                return body.isEmpty ? nil : Array(body)
            }
        }
    }

    /// Some more of the body; none at the end.
    func readSome() throws(ClientError) -> [UInt8] {
        while body.isEmpty, try readMore() {}
        defer { body = [] }
        return Array(body)
    }

    func readAll() throws(ClientError) -> [UInt8] {
        while try readMore() {}
        defer { body = [] }
        return Array(body)
    }

    // MARK: -

    private func readHead() throws(ClientError) {
        let line = try readInputLine()
        let parts = line.split(separator: " ")
        guard parts.count >= 2, parts[0].hasPrefix("HTTP/1."), let status = Int(parts[1]) else {
            throw ClientError(description: "this is not an HTTP server")
        }
        self.status = status
        headers = [:]
        while true {
            let line = try readInputLine()
            if line.isEmpty { break }
            let field = line.split(separator: ":", maxSplits: 1)
            if field.count == 2 { headers[field[0].lowercased()] = String(field[1].drop { $0 == " " }) }
        }
        isChunked = headers["transfer-encoding"]?.lowercased() == "chunked"
        left = isChunked ? nil : headers["content-length"].flatMap { Int($0) }
        if status == 204 || status == 304 { left = 0 }
    }

    private func readInputLine() throws(ClientError) -> String {
        while true {
            if let end = input.firstIndex(of: UInt8(ascii: "\n")) {
                var line = input[..<end]
                if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
                input = input[(end + 1)...]
                return String(decoding: line, as: UTF8.self)
            }
            guard try receive() else {
                throw ClientError(description: "the connection ended in the middle of an answer")
            }
        }
    }

    private func receive() throws(ClientError) -> Bool {
        let bytes = try connection.receive()
        input = ArraySlice(Array(input) + bytes)
        return !bytes.isEmpty
    }

    /// Moves some bytes from the input to the body. False at the end.
    private func readMore() throws(ClientError) -> Bool {
        if isEnded { return false }
        if isChunked, left == nil || left == 0 { try beginChunk() }
        if isEnded { return false }
        if left == 0 {
            isEnded = true
            return false
        }
        if input.isEmpty, try !receive() {
            guard left == nil else { throw ClientError(description: "the connection ended in the middle of an answer") }
            isEnded = true
            return false
        }
        let taken = input.prefix(left ?? input.count)
        body.append(contentsOf: taken)
        input = input.dropFirst(taken.count)
        if let before = left { left = before - taken.count }
        return true
    }

    private func beginChunk() throws(ClientError) {
        if !isFirstChunk { _ = try readInputLine() }
        isFirstChunk = false
        let text = try readInputLine().prefix { $0 != ";" }
        guard let size = Int(text, radix: 16), size >= 0 else {
            throw ClientError(description: "the size of a chunk cannot be read")
        }
        left = size
        if size > 0 { return }
        while try !readInputLine().isEmpty {}
        isEnded = true
    }
}
