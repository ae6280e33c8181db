import TLS
import TestSupport

/// A blocking client that speaks TLS over a raw socket.
final class TLSClient {
    struct Failure: Error { let what: String }

    let session: TLSSession
    private let socket: RawClient
    private(set) var hasCloseNotify = false

    /// - Parameter isByteByByte: sends every byte on its own, the handshake's too.
    init(port: UInt16, trusting certificate: String, isByteByByte: Bool = false) throws {
        self.isByteByByte = isByteByByte
        socket = try RawClient(port: port)
        session = try TLSSession(client: TLSTrust(authorities: certificate), host: "localhost", isAddress: false)
        while !session.isEstablished { try step { _ in } }
        flush()
    }
    private let isByteByByte: Bool

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) throws {
        guard session.write(bytes) else { throw Failure(what: "write") }
        flush()
    }

    private func flush() {
        let bytes = session.takeOutput()
        if isByteByByte { for byte in bytes { socket.send([byte]) } } else { socket.send(bytes) }
    }

    /// Sends bytes that are no record.
    func sendAsTheyAre(_ bytes: [UInt8]) { socket.send(bytes) }

    /// Says close_notify and goes on reading.
    func closeOutput() {
        session.closeOutput()
        flush()
    }

    /// Everything until close_notify or the end.
    func receiveAll() throws -> String {
        var all: [UInt8] = []
        while !hasCloseNotify, try step({ all += $0 }) {}
        return String(decoding: all, as: UTF8.self)
    }

    /// Reads until `text` has come.
    func receive(until text: String) throws -> String {
        var all: [UInt8] = []
        while !String(decoding: all, as: UTF8.self).contains(text) {
            guard !hasCloseNotify, try step({ all += $0 }) else { throw Failure(what: "ended before \(text)") }
        }
        return String(decoding: all, as: UTF8.self)
    }

    /// One read of the socket. False at its end.
    @discardableResult
    private func step(_ take: ([UInt8]) -> Void) throws -> Bool {
        flush()
        let bytes = try socket.receive()
        bytes.withUnsafeBytes { session.receive($0) }
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            switch buffer.withUnsafeMutableBytes({ session.read(into: $0) }) {
            case .plain(let count): take(Array(buffer[..<count]))
            case .needMore:
                guard !bytes.isEmpty || session.isEstablished else { throw Failure(what: "ended in the handshake") }
                return !bytes.isEmpty
            case .closed:
                hasCloseNotify = true
                return true
            case .failed(let error): throw error
            }
        }
    }
}
