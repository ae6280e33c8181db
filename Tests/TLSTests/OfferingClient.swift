import COpenSSL
import TLS
import TestSupport

/// A client that trusts everybody and offers any protocols (ALPN, RFC 7301), made of OpenSSL alone.
final class OfferingClient {
    struct Failure: Error { let what: String }

    private let context: OpaquePointer
    private let raw: OpaquePointer
    private let input: OpaquePointer
    private let output: OpaquePointer

    init(protocols: [String]) throws {
        guard let context = SSL_CTX_new(TLS_client_method()), let raw = SSL_new(context),
            let input = BIO_new(BIO_s_mem()), let output = BIO_new(BIO_s_mem())
        else { throw Failure(what: "OpenSSL") }
        self.context = context
        self.raw = raw
        self.input = input
        self.output = output
        SSL_set_bio(raw, input, output)
        let names = protocols.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
        guard names.isEmpty || SSL_set_alpn_protos(raw, names, UInt32(names.count)) == 0 else {
            throw Failure(what: "protocols")
        }
        SSL_set_connect_state(raw)
    }

    deinit {
        SSL_free(raw)
        SSL_CTX_free(context)
    }

    /// - Returns: whether the handshake came to its end.
    func shakeHands(with server: TLSSession) -> Bool {
        for _ in 0..<10 {
            let code = SSL_do_handshake(raw)
            if code != 1, SSL_get_error(raw, code) != SSL_ERROR_WANT_READ {
                ERR_clear_error()
                return false
            }
            var heard = TLSPair.Heard()
            TLSPair.give(takeOutput(), to: server, &heard)
            let answer = server.takeOutput()
            if code == 1, answer.isEmpty || server.isEstablished { return true }
            _ = BIO_write(input, answer, Int32(answer.count))
        }
        return false
    }

    private func takeOutput() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: BIO_ctrl_pending(output))
        let count = BIO_read(output, &bytes, Int32(bytes.count))
        return Array(bytes.prefix(Int(max(0, count))))
    }

    /// Empty if none was chosen.
    var chosenProtocol: String {
        var name: UnsafePointer<UInt8>?
        var length: UInt32 = 0
        SSL_get0_alpn_selected(raw, &name, &length)
        return String(decoding: UnsafeBufferPointer(start: name, count: Int(length)), as: UTF8.self)
    }
}
