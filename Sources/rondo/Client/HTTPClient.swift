import CommandData
import JSON
import SequenceService
import TLS

/// What went wrong between a command and a server.
struct ClientError: Error, CustomStringConvertible {
    let description: String
    /// What the server says of parts of the request, by their pointers.
    private var faults: [(pointer: String, detail: String)] = []
    private var title = ""

    init(description: String) { self.description = description }

    /// A refusal with its faults, each in a line.
    init(title: String, _ faults: [(pointer: String, detail: String)]) {
        self.init(title: title, faults) { $0 }
    }

    private init(title: String, _ faults: [(pointer: String, detail: String)], place: (String) -> String) {
        description = title + faults.map { "\n  \(place($0.pointer)): \($0.detail)" }.joined()
        (self.title, self.faults) = (title, faults)
    }

    /// Calls `body`; faults of what a file has are placed in that file.
    static func placing<Result>(in places: FilePlaces?, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as ClientError {
            guard let places, !error.faults.isEmpty else { throw error }
            throw ClientError(title: error.title, error.faults, place: places.place)
        }
    }
}

/// A small blocking HTTP/1.1 client for our own server: one connection per request, no redirects.
///
/// Call it on a thread of our own, never on the cooperative pool.
struct HTTPClient: Sendable {
    private let address: ServerAddress
    private let key: String?
    /// nil without TLS.
    private let trust: TLSTrust?
    /// Silence after which a request is given up; event streams have none.
    var timeoutSeconds = 60

    /// - Parameters:
    ///   - url: as `ServerAddress` reads it.
    ///   - key: sent with every request.
    ///   - authorities: PEM file of whom to trust with https; nil: whom the system trusts.
    init(url: String, key: String? = nil, authorities: String? = nil) throws(ClientError) {
        guard key.map({ $0.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } }) ?? true else {
            throw ClientError(description: "the key (--key, RONDO_KEY) has characters that no key has")
        }
        self.key = key
        address = try ServerAddress(url: url)
        do throws(TLSError) {
            trust = address.isTLS ? try TLSTrust(authorities: authorities) : nil
        } catch {
            throw ClientError(description: "\(error)")
        }
    }

    /// A path of these parts, and a query; neither has characters that would mean something else there (RFC 3986, 2).
    static func path(_ parts: [String], query: [(name: String, value: String?)] = []) -> String {
        let pairs = query.compactMap { item in item.value.map { "\(item.name)=\(encoded($0))" } }
        return "/" + parts.map(encoded).joined(separator: "/")
            + (pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&"))
    }

    private static func encoded(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            let character = Unicode.Scalar(byte)
            if character.properties.isAlphabetic && byte < 0x80 || (0x30...0x39).contains(byte)
                || "-._~".unicodeScalars.contains(character)
            {
                result.unicodeScalars.append(character)
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                result += digits.count < 2 ? "%0" + digits : "%" + digits
            }
        }
        return result
    }

    /// Sends a request and reads the head of the answer.
    ///
    /// - Parameter type: of the body.
    func open(
        _ method: String, _ path: String, body: [UInt8]? = nil, type: String = "application/json"
    ) throws(ClientError) -> HTTPAnswer {
        let connection = try ClientConnection(to: address, timeoutSeconds: timeoutSeconds, trust: trust)
        var head = "\(method) \(path) HTTP/1.1\r\nHost: \(address.hostField)\r\nConnection: close\r\n"
        if let body { head += "Content-Type: \(type)\r\nContent-Length: \(body.count)\r\n" }
        if let key { head += "Authorization: Bearer \(key)\r\n" }
        let bytes = Array((head + "\r\n").utf8), body = body ?? []
        // A large body is not copied; a small one goes along with the head, in one packet.
        if body.count < 1 << 16 {
            try connection.send(bytes + body)
        } else {
            try connection.send(bytes)
            try connection.send(body)
        }
        return try HTTPAnswer(connection)
    }

    /// Sends a request and reads the whole answer as JSON.
    ///
    /// - Throws: `ClientError` with the server's own words when the status is not 2xx.
    func json(_ method: String, _ path: String, body: JSONValue? = nil) throws(ClientError) -> JSONValue {
        try json(open(method, path, body: body?.bytes))
    }

    /// Sends bytes of some type and reads the whole answer as JSON.
    ///
    /// - Throws: as `json`.
    func send(_ bytes: [UInt8], type: String = "application/json", _ method: String, _ path: String) throws(ClientError)
        -> JSONValue
    {
        try json(open(method, path, body: bytes, type: type))
    }

    /// Reads a whole answer that is not JSON, with the head of it.
    ///
    /// - Throws: as `json`.
    func bytes(_ method: String, _ path: String) throws(ClientError) -> (bytes: [UInt8], headers: [String: String]) {
        let answer = try open(method, path)
        let bytes = try answer.readAll()
        guard (200..<300).contains(answer.status) else { throw Self.refusal(answer.status, bytes) }
        return (bytes, answer.headers)
    }

    /// Calls `take` for each piece of an answer that may be larger than memory.
    ///
    /// - Throws: as `json`, and what `take` throws.
    func pieces(_ method: String, _ path: String, _ take: ([UInt8]) throws -> Void) throws {
        let answer = try open(method, path)
        guard (200..<300).contains(answer.status) else { throw Self.refusal(answer.status, try answer.readAll()) }
        while true {
            let bytes = try answer.readSome()
            if bytes.isEmpty { return }
            try take(bytes)
        }
    }

    private func json(_ answer: HTTPAnswer) throws(ClientError) -> JSONValue {
        let bytes = try answer.readAll()
        guard (200..<300).contains(answer.status) else { throw Self.refusal(answer.status, bytes) }
        if bytes.isEmpty { return .null }
        do throws(JSONError) {
            return try JSONParser.parse(bytes)
        } catch {
            throw ClientError(description: "the server's answer is not JSON: \(error)")
        }
    }

    /// Calls `take` for each line of a streamed answer until it ends or `take` answers false.
    func lines(_ method: String, _ path: String, body: JSONValue? = nil, _ take: (JSONValue) throws -> Bool) throws {
        var endless = self
        endless.timeoutSeconds = 0
        let answer = try endless.open(method, path, body: body?.bytes)
        guard (200..<300).contains(answer.status) else { throw Self.refusal(answer.status, try answer.readAll()) }
        while let line = try answer.readLine() {
            if !line.isEmpty, try !take(JSONParser.parse(line)) { return }
        }
    }

    /// A problem document in one readable text.
    private static func refusal(_ status: Int, _ bytes: [UInt8]) -> ClientError {
        guard let problem = try? JSONParser.parse(bytes), let detail = problem["detail"]?.asString else {
            return ClientError(description: "the server answered \(status)")
        }
        let faults = (problem["errors"]?.elements ?? []).map {
            (pointer: $0["pointer"]?.asString ?? "", detail: $0["detail"]?.asString ?? "")
        }
        let title = problem["title"]?.asString ?? "refused"
        return faults.isEmpty ? ClientError(description: "\(title): \(detail)") : ClientError(title: title, faults)
    }
}
