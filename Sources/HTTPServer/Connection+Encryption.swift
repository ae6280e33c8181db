import HTTP1
import Logging
import Sockets
import System
import TLS

/// TLS between the socket and the protocol. A plain connection passes through.
extension Connection {
    /// Bytes handed to OpenSSL at a time, either way: its memory buffers grow to what they once held.
    private static var pieceBytesMax: Int { 16 * 1024 }

    func beginHandshake(_ credentials: TLSCredentials) {
        do {
            tls = try TLSSession(server: credentials)
        } catch {
            group.core.logger.error("no TLS session", metadata: ["error": "\(error)"])
            close(.finished)
        }
    }

    // MARK: In

    /// Decrypts what came from the wire and takes it in, record by record.
    func decrypt(_ bytes: UnsafeRawBufferPointer, _ tls: TLSSession) {
        var rest = bytes[...]
        while !rest.isEmpty {
            // What comes after our close_notify is thrown away as it is.
            guard machine.understandsInput else {
                machine.discard(rest.count)
                return act()
            }
            let piece = rest.prefix(Self.pieceBytesMax)
            rest = rest.dropFirst(piece.count)
            tls.receive(UnsafeRawBufferPointer(rebasing: piece))
            readPlain(tls)
        }
    }

    private func readPlain(_ tls: TLSSession) {
        while machine.understandsInput {
            let input = tls.read(into: group.plainBuffer)
            if machine.phase == .handshaking, tls.isEstablished {
                machine.endHandshake(now: Clock.monotonicSeconds())
            }
            switch input {
            case .plain(let count):
                receive(UnsafeRawBufferPointer(rebasing: group.plainBuffer[0..<count]))
                continue
            case .needMore: break
            case .closed: streamDidEnd(isError: false)
            case .failed(let error): return fail(error, tls)
            }
            return flushEncrypted(tls)
        }
    }

    /// Says why, as far as the other side can understand it, and closes.
    private func fail(_ error: TLSError, _ tls: TLSSession) {
        group.core.logger.debug("TLS failed", metadata: ["error": "\(error)"])
        if case .plainHTTP = error {
            stream.write(Self.plainHTTPResponse)
        } else {
            stream.write(tls.takeOutput())  // the alert
        }
        self.tls = nil
        machine.finish()
        stream.flush()
        act()
    }

    private static let plainHTTPResponse = {
        let text = "This port speaks TLS: use https.\n"
        let head = "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nConnection: close\r\n"
        return Array("\(head)Content-Length: \(text.utf8.count)\r\n\r\n\(text)".utf8)
    }()

    // MARK: Out

    /// Queues a part of a response; `stream.flush` sends.
    func send(_ bytes: [UInt8]) {
        guard let tls else { return stream.write(bytes) }
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + Self.pieceBytesMax)
            let isWhole = start == 0 && end == bytes.count
            guard tls.write(isWhole ? bytes : Array(bytes[start..<end])) else { return machine.close(.clientGone) }
            stream.write(tls.takeOutput())
            start = end
        }
    }

    /// Handshake messages and the like.
    private func flushEncrypted(_ tls: TLSSession) {
        guard machine.phase != .closed else { return }
        stream.write(tls.takeOutput())
        stream.flush()
    }

    /// close_notify (RFC 8446 6.1), behind all that was said; without it the client could not tell the end from a cut.
    func endEncryption() {
        guard let tls else { return }
        tls.closeOutput()
        flushEncrypted(tls)
    }
}
