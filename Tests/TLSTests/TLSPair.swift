import TLS
import TestSupport

/// The two ends of a session, joined by memory.
struct TLSPair {
    let client: TLSSession
    let server: TLSSession

    /// - Parameter host: whom the client means.
    init(_ files: TLSFiles, trusting authorities: String? = nil, host: String = "localhost", isAddress: Bool = false)
        throws
    {
        server = try TLSSession(server: TLSCredentials(files: files))
        client = try TLSSession(
            client: TLSTrust(authorities: authorities ?? files.certificate), host: host, isAddress: isAddress)
    }

    init(client: TLSSession, server: TLSSession) {
        self.client = client
        self.server = server
    }

    /// What one end has read, and what ended its reading.
    struct Heard {
        var bytes: [UInt8] = []
        var end: TLSSession.Input = .needMore

        var isClosed: Bool { if case .closed = end { true } else { false } }
        var error: TLSError? { if case .failed(let error) = end { error } else { nil } }
    }

    /// Carries what each end has for the other, `pieceBytes` at a time, until neither has more.
    @discardableResult func exchange(pieceBytes: Int = .max) -> (client: Heard, server: Heard) {
        var heard = (client: Heard(), server: Heard())
        while true {
            let (up, down) = (client.takeOutput(), server.takeOutput())
            guard !up.isEmpty || !down.isEmpty else { return heard }
            Self.give(up, to: server, &heard.server, pieceBytes: pieceBytes)
            Self.give(down, to: client, &heard.client, pieceBytes: pieceBytes)
        }
    }

    /// Gives bytes of the wire to one end and reads all that they hold.
    static func give(_ bytes: [UInt8], to session: TLSSession, _ heard: inout Heard, pieceBytes: Int = .max) {
        var rest = bytes[...]
        repeat {
            let piece = rest.prefix(pieceBytes)
            rest = rest.dropFirst(piece.count)
            piece.withUnsafeBytes { session.receive($0) }
            read(session, &heard)
        } while !rest.isEmpty
    }

    private static func read(_ session: TLSSession, _ heard: inout Heard) {
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            let input = buffer.withUnsafeMutableBytes { session.read(into: $0) }
            guard case .plain(let count) = input else {
                // The first word about the end says why.
                if case .needMore = heard.end { heard.end = input }
                return
            }
            heard.bytes += buffer[..<count]
        }
    }
}
