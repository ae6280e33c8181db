import TLS
import TestSupport
import Testing

@Suite struct TLSSessionTests {
    @Test(arguments: [Int.max, 1, 7]) func handshake(_ pieceBytes: Int) throws {
        let certificates = try TestCertificates()
        let pair = try TLSPair(certificates.make("server"))
        #expect(!pair.client.isEstablished && !pair.server.isEstablished)
        pair.exchange(pieceBytes: pieceBytes)
        #expect(pair.client.isEstablished && pair.server.isEstablished)
        #expect(pair.server.version == "TLSv1.3" && !pair.server.isResumed)
    }

    @Test func bytesGoBothWays() throws {
        let certificates = try TestCertificates()
        let pair = try TLSPair(certificates.make("server"))
        pair.exchange()
        let request = Array("request".utf8)
        let response = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 / 3) }
        #expect(pair.client.write(request) && pair.server.write(response))
        #expect(pair.client.write([]))
        let heard = pair.exchange(pieceBytes: 1000)
        #expect(heard.server.bytes == request && heard.client.bytes == response)
        // Nothing of it can be read on the wire.
        #expect(pair.client.write(request))
        let wire = pair.client.takeOutput()
        #expect(wire.count > request.count && !wire.contains(request))
        #expect(pair.client.takeOutput().isEmpty)
    }

    /// RFC 8446 6.1: each direction ends on its own.
    @Test func closeNotifyEndsOneDirection() throws {
        let certificates = try TestCertificates()
        let pair = try TLSPair(certificates.make("server"))
        pair.exchange()
        #expect(pair.client.write(Array("last".utf8)))
        pair.client.closeOutput()
        var heard = pair.exchange()
        #expect(heard.server.bytes == Array("last".utf8) && heard.server.isClosed && !heard.client.isClosed)
        #expect(pair.server.write(Array("answer".utf8)))
        pair.server.closeOutput()
        heard = pair.exchange()
        #expect(heard.client.bytes == Array("answer".utf8) && heard.client.isClosed)
        #expect(!pair.server.write([1]))
    }

    /// There is nothing to close yet, and nothing is said.
    @Test func aCloseWithinTheHandshakeIsSilent() throws {
        let certificates = try TestCertificates()
        let pair = try TLSPair(certificates.make("server"))
        pair.server.closeOutput()
        #expect(pair.server.takeOutput().isEmpty)
    }

    @Test(arguments: [
        ("localhost", false, true), ("127.0.0.1", true, true), ("other.example", false, false),
        ("127.0.0.2", true, false),
    ])
    func theCertificateIsTheHosts(_ host: String, _ isAddress: Bool, _ isTrusted: Bool) throws {
        let certificates = try TestCertificates()
        let pair = try TLSPair(certificates.make("server"), host: host, isAddress: isAddress)
        let heard = pair.exchange()
        #expect(pair.client.isEstablished == isTrusted)
        #expect((heard.client.error == nil) == isTrusted)
        if !isTrusted { #expect("\(heard.client.end)".contains("mismatch"), "\(heard.client.end)") }
    }

    @Test func aStrangersCertificateIsRefused() throws {
        let certificates = try TestCertificates()
        let stranger = try certificates.make("stranger")
        let heard = try TLSPair(certificates.make("server"), trusting: stranger.certificate).exchange()
        #expect("\(heard.client.end)".contains("certificate"), "\(heard.client.end)")
        // The client's alert ends the server's side, too.
        #expect(heard.server.error != nil)
    }

    @Test func plainHTTPIsRecognised() throws {
        let certificates = try TestCertificates()
        let pair = try TLSPair(certificates.make("server"))
        var heard = TLSPair.Heard()
        TLSPair.give(Array("GET / HTTP/1.1\r\n\r\n".utf8), to: pair.server, &heard)
        #expect(heard.error == .plainHTTP)
    }

    /// An alert is left for the other side, and nothing goes on.
    @Test func aBrokenRecordEndsTheSession() throws {
        let certificates = try TestCertificates()
        let pair = try TLSPair(certificates.make("server"))
        pair.exchange()
        #expect(pair.client.write(Array("secret".utf8)))
        var wire = pair.client.takeOutput()
        wire[wire.count - 1] ^= 1
        var heard = TLSPair.Heard()
        TLSPair.give(wire, to: pair.server, &heard)
        #expect(heard.error != nil && heard.bytes.isEmpty)
        #expect(!pair.server.takeOutput().isEmpty)
        #expect(!pair.server.write([1]))
        pair.server.closeOutput()
        #expect(pair.server.takeOutput().isEmpty)
        heard = TLSPair.Heard()
        TLSPair.give([0x17, 3, 3, 0, 1, 0], to: pair.server, &heard)
        #expect(heard.error == .session(reason: "the session has failed"))
    }

    @Test func clientsNeedACertificateWhereAuthoritiesAreGiven() throws {
        let certificates = try TestCertificates()
        var files = try certificates.make("server")
        files.clientAuthorities = try certificates.make("authority").certificate
        let heard = try TLSPair(files).exchange()
        #expect("\(heard.server.end)".contains("certificate"), "\(heard.server.end)")
    }

    /// RFC 7301: what the server speaks is chosen, and a client that speaks nothing of it is refused.
    @Test(
        arguments: [
            (["http/1.1"], "http/1.1"), (["h2", "http/1.1"], "http/1.1"), ([], ""), (["h2"], nil), (["http/1.0"], nil),
        ] as [([String], String?)])
    func applicationProtocol(_ offered: [String], _ chosen: String?) throws {
        let certificates = try TestCertificates()
        let server = try TLSSession(server: TLSCredentials(files: certificates.make("server")))
        let client = try OfferingClient(protocols: offered)
        let isEstablished = client.shakeHands(with: server)
        #expect(isEstablished == (chosen != nil))
        #expect(server.isEstablished == (chosen != nil))
        if let chosen { #expect(client.chosenProtocol == chosen) }
    }
}
