package import HTTPTypes

/// Writes response heads and chunks (RFC 9112 4, 5, 7.1).
package enum ResponseEncoder {
    /// How the content is delimited.
    package enum Framing: Sendable, Equatable {
        /// No content and no framing field: 1xx, 204 and 304 (RFC 9110 8.6).
        case none
        /// Content-Length.
        case length(Int)
        /// Transfer-Encoding: chunked.
        case chunked
        /// By the end of the connection (RFC 9112 6.3, rule 8); for HTTP/1.0.
        case untilClose
    }

    /// A field that cannot be sent: it would split the response or break its framing.
    package struct Fault: Error, Sendable, Equatable {
        /// The field's name.
        package let name: String

        /// A fault of the field of this name.
        package init(name: String) { self.name = name }
    }

    /// Fields the server itself decides; those of a handler are left out.
    private static func isReserved(_ name: String) -> Bool {
        switch name {
        case "content-length", "transfer-encoding", "connection", "date", "keep-alive": true
        default: false
        }
    }

    /// Appends a head to `output`.
    /// - Parameters:
    ///   - keepAlive: false adds `Connection: close`; true adds `keep-alive` for HTTP/1.0 clients only.
    ///   - extra: appends complete field lines with CRLF (Date and the like), trusted.
    /// - Throws: `Fault` if a value holds CR, LF, NUL or another control character (RFC 9110 5.5); `output` is
    ///   then as it was.
    package static func appendHead(
        status: HTTPResponse.Status, fields: HTTPFields, framing: Framing, keepAlive: Bool, minorVersion: Int,
        to output: inout [UInt8], extra: (inout [UInt8]) -> Void
    ) throws(Fault) {
        let start = output.count
        // RFC 9112 2.3 and RFC 9110 6.2: we send our own version whatever the client's.
        output.append(contentsOf: "HTTP/1.1 ".utf8)
        appendDecimal(status.code, to: &output)
        output.append(0x20)
        output.append(contentsOf: status.reasonPhrase.utf8)
        output.append(contentsOf: crlf)
        for field in fields where !isReserved(field.name.canonicalName) {
            guard append(field, to: &output) else {
                output.removeSubrange(start...)
                throw Fault(name: field.name.rawName)
            }
        }
        extra(&output)
        switch framing {
        case .none, .untilClose: break
        case .length(let length):
            output.append(contentsOf: "Content-Length: ".utf8)
            appendDecimal(length, to: &output)
            output.append(contentsOf: crlf)
        case .chunked: output.append(contentsOf: "Transfer-Encoding: chunked\r\n".utf8)
        }
        if !keepAlive {
            output.append(contentsOf: "Connection: close\r\n".utf8)
        } else if minorVersion == 0 {
            output.append(contentsOf: "Connection: keep-alive\r\n".utf8)
        }
        output.append(contentsOf: crlf)
    }

    private static func append(_ field: HTTPField, to output: inout [UInt8]) -> Bool {
        output.append(contentsOf: field.name.rawName.utf8)
        output.append(0x3A)
        output.append(0x20)
        let isValid = field.withUnsafeBytesOfValue { value in
            output.append(contentsOf: value)
            return Octets.all(UnsafeRawBufferPointer(value), Octets.fieldValue)
        }
        output.append(contentsOf: crlf)
        return isValid
    }

    /// Appends one chunk. `data` must not be empty, for an empty chunk ends the body.
    package static func appendChunk(_ data: [UInt8], to output: inout [UInt8]) {
        precondition(!data.isEmpty, "a chunk needs at least one byte")
        output.reserveCapacity(output.count + data.count + 20)
        output.append(contentsOf: String(data.count, radix: 16).utf8)
        output.append(contentsOf: crlf)
        output.append(contentsOf: data)
        output.append(contentsOf: crlf)
    }

    /// The last chunk and an empty trailer section.
    package static let lastChunk: [UInt8] = Array("0\r\n\r\n".utf8)
    /// The interim response to `Expect: 100-continue` (RFC 9110 15.2.1).
    package static let continueHead: [UInt8] = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)

    private static let crlf: [UInt8] = [0x0D, 0x0A]

    private static func appendDecimal(_ value: Int, to output: inout [UInt8]) {
        var value = max(0, value)
        let start = output.count
        repeat {
            output.append(0x30 &+ UInt8(truncatingIfNeeded: value % 10))
            value /= 10
        } while value > 0
        output[start...].reverse()
    }
}
