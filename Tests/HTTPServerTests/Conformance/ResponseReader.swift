/// Reads responses from the text of a whole connection; slow and obvious, and not the server's own code.
struct ResponseReader {
    struct Message {
        var status: Int
        var head: String
        var content: String
    }

    struct Failure: Error { let what: String }

    /// - Parameter isHead: none but the last response has content, whatever its head says.
    static func messages(_ text: String, isHead: Bool) throws -> [Message] {
        var rest = Array(text.utf8)[...]
        var messages: [Message] = []
        while !rest.isEmpty {
            guard let end = find("\r\n\r\n", in: rest) else { throw Failure(what: "half a head") }
            let head = String(decoding: rest[..<(end + 2)], as: UTF8.self)
            rest = rest[(end + 4)...]
            let lines = head.split(separator: "\r\n")
            let parts = (lines.first ?? "").split(separator: " ", maxSplits: 2)
            guard parts.count == 3, parts[0] == "HTTP/1.1", let status = Int(parts[1]) else {
                throw Failure(what: "no status line")
            }
            func value(_ name: String) -> String? {
                lines.dropFirst().first { $0.lowercased().hasPrefix(name + ":") }
                    .map { String($0.dropFirst(name.count + 1).drop { $0 == " " }) }
            }
            var content: [UInt8] = []
            let isEmpty = status < 200 || status == 204 || status == 304 || (isHead && messages.isEmpty)
            if isEmpty {
            } else if value("transfer-encoding") == "chunked" {
                content = try chunks(&rest)
            } else if let length = value("content-length").flatMap({ Int($0) }) {
                guard rest.count >= length else { throw Failure(what: "half a body") }
                content = Array(rest.prefix(length))
                rest = rest.dropFirst(length)
            } else {
                content = Array(rest)
                rest = []
            }
            messages.append(Message(status: status, head: head, content: String(decoding: content, as: UTF8.self)))
        }
        return messages
    }

    private static func chunks(_ rest: inout ArraySlice<UInt8>) throws -> [UInt8] {
        var content: [UInt8] = []
        while true {
            guard let end = find("\r\n", in: rest),
                let size = Int(String(decoding: rest[..<end], as: UTF8.self), radix: 16),
                rest[(end + 2)...].count >= size + 2
            else { throw Failure(what: "half a chunk") }
            content += rest[(end + 2)...].prefix(size)
            rest = rest[(end + 2)...].dropFirst(size)
            guard rest.starts(with: [0x0D, 0x0A]) else { throw Failure(what: "a chunk without its end") }
            rest = rest.dropFirst(2)
            if size == 0 { return content }
        }
    }

    private static func find(_ text: String, in bytes: ArraySlice<UInt8>) -> Int? {
        let pattern = Array(text.utf8)
        guard bytes.count >= pattern.count else { return nil }
        return (bytes.startIndex...(bytes.endIndex - pattern.count)).first { bytes[$0...].starts(with: pattern) }
    }
}
