import COpenSSL

/// One TLS connection as a pure transformer: encrypted bytes in, plain bytes out, and the other way round.
/// No sockets and no clock.
///
///     wire ──receive──► [rbio] ──read──► plain        plain ──write──► [wbio] ──takeOutput──► wire
///
/// Used by one thread at a time. After every call, what `takeOutput` gives belongs on the wire.
package final class TLSSession {
    /// What `read` found.
    package enum Input {
        /// So many bytes were written to the buffer.
        case plain(Int)
        /// More encrypted bytes are needed.
        case needMore
        /// The other side said close_notify: nothing more comes from it.
        case closed
        /// The session is over; an alert may be in the output.
        case failed(TLSError)
    }

    /// What a session takes once its handshake is done, measured with OpenSSL 3.0.
    package static let sizeBytes = 16 * 1024

    private let context: TLSContext
    private let raw: OpaquePointer
    private let input: OpaquePointer
    private let output: OpaquePointer
    private var hasFailed = false

    /// The server's side of a new connection.
    package convenience init(server credentials: TLSCredentials) throws(TLSError) {
        try self.init(context: credentials.context)
        SSL_set_accept_state(raw)
    }

    init(context: TLSContext) throws(TLSError) {
        ERR_clear_error()
        guard let raw = SSL_new(context.raw), let input = BIO_new(BIO_s_mem()), let output = BIO_new(BIO_s_mem()) else {
            throw .setup(operation: "SSL_new", reason: TLSError.takeReason().text)
        }
        self.context = context
        self.raw = raw
        self.input = input
        self.output = output
        SSL_set_bio(raw, input, output)  // owns both
    }

    deinit { SSL_free(raw) }

    /// The client's side: begins the handshake (its first bytes are in the output) and will only trust a certificate of
    /// `host`.
    package convenience init(client trust: TLSTrust, host: String, isAddress: Bool) throws(TLSError) {
        try self.init(context: trust.context)
        let parameters = SSL_get0_param(raw)
        let isSet =
            isAddress
            ? X509_VERIFY_PARAM_set1_ip_asc(parameters, host) == 1
            : SSL_set1_host(raw, host) == 1 && rondo_set_host_name(raw, host) == 1
        guard isSet,
            rondo_alpn_name().withMemoryRebound(
                to: UInt8.self, capacity: 9,
                {
                    SSL_set_alpn_protos(raw, $0, UInt32(RONDO_ALPN_NAME_LENGTH)) == 0
                })
        else { throw .setup(operation: "the name \(host)", reason: TLSError.takeReason().text) }
        SSL_set_connect_state(raw)
        SSL_do_handshake(raw)
        ERR_clear_error()
    }

    /// The handshake is done: `write` may be called.
    package var isEstablished: Bool { SSL_is_init_finished(raw) == 1 }
    /// `TLSv1.3`, say.
    package var version: String { String(cString: SSL_get_version(raw)) }
    /// Whether the client brought a ticket of an earlier session.
    package var isResumed: Bool { SSL_session_reused(raw) == 1 }

    // MARK: From the wire

    /// Stores bytes from the wire; `read` makes something of them.
    package func receive(_ bytes: UnsafeRawBufferPointer) {
        guard !hasFailed, !bytes.isEmpty else { return }
        // A memory BIO takes everything; the caller bounds it by reading all out before it receives more.
        _ = BIO_write(input, bytes.baseAddress, Int32(bytes.count))
    }

    /// Goes on with the handshake, or decrypts up to `buffer.count` bytes. Call again until it needs more.
    package func read(into buffer: UnsafeMutableRawBufferPointer) -> Input {
        guard !hasFailed else { return .failed(.session(reason: "the session has failed")) }
        ERR_clear_error()
        let count = SSL_read(raw, buffer.baseAddress, Int32(buffer.count))
        if count > 0 { return .plain(Int(count)) }
        switch SSL_get_error(raw, count) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return .needMore
        case SSL_ERROR_ZERO_RETURN: return .closed
        default:
            hasFailed = true
            return .failed(failure())
        }
    }

    private func failure() -> TLSError {
        let (reason, code) = TLSError.takeReason()
        if code == SSL_R_HTTP_REQUEST || code == SSL_R_HTTPS_PROXY_REQUEST { return .plainHTTP }
        let verification = SSL_get_verify_result(raw)
        guard verification == X509_V_OK else {
            return .session(reason: "\(reason): \(String(cString: X509_verify_cert_error_string(verification)))")
        }
        return .session(reason: reason)
    }

    // MARK: To the wire

    /// Encrypts; only once established.
    ///
    /// - Returns: false if the session has failed.
    package func write(_ bytes: [UInt8]) -> Bool {
        guard !hasFailed else { return false }
        guard !bytes.isEmpty else { return true }
        ERR_clear_error()
        // Without partial writes, into memory: all or nothing.
        guard SSL_write(raw, bytes, Int32(clamping: bytes.count)) == bytes.count else {
            ERR_clear_error()
            hasFailed = true
            return false
        }
        return true
    }

    /// Says close_notify (RFC 8446 6.1). Nothing can be written afterwards; the other direction stays open.
    package func closeOutput() {
        guard !hasFailed, isEstablished else { return }
        ERR_clear_error()
        SSL_shutdown(raw)
        ERR_clear_error()
    }

    /// Takes what belongs on the wire.
    package func takeOutput() -> [UInt8] {
        let pending = BIO_ctrl_pending(output)
        guard pending > 0 else { return [] }
        return [UInt8](unsafeUninitializedCapacity: pending) { buffer, count in
            count = max(0, Int(BIO_read(output, buffer.baseAddress, Int32(clamping: pending))))
        }
    }
}

/// Whom a client trusts.
package final class TLSTrust: Sendable {
    let context: TLSContext

    /// - Parameter authorities: a PEM file; nil for the system's.
    package init(authorities: String?) throws(TLSError) { context = try TLSContext(clientTrusting: authorities) }
}
