import COpenSSL
import System

/// What all sessions of one certificate share; immutable once made.
final class TLSContext: @unchecked Sendable {
    // SAFETY: SSL_CTX is counted and locked by OpenSSL; it is not changed after `init`.

    let raw: OpaquePointer
    /// End of the certificate's validity, seconds since 1970; nil for clients.
    private(set) var notAfterSeconds: Int?
    private(set) var notBeforeSeconds: Int?

    /// ECDHE for forward secrecy, AEAD ciphers only (RFC 9325 4.2); TLS 1.3 has no others.
    private static let cipherList =
        "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
        + "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305"
    private static let groups = "X25519:P-256:P-384"

    private init(method: OpaquePointer?) throws(TLSError) {
        ERR_clear_error()
        guard let raw = SSL_CTX_new(method) else {
            throw .setup(operation: "SSL_CTX_new", reason: TLSError.takeReason().text)
        }
        self.raw = raw
        guard rondo_ctx_set_min_version(raw, TLS1_2_VERSION) == 1, SSL_CTX_set_cipher_list(raw, Self.cipherList) == 1,
            rondo_ctx_set_groups(raw, Self.groups) == 1
        else { throw .setup(operation: "versions and ciphers", reason: TLSError.takeReason().text) }
        // An idle session keeps no record buffers: 34 kB less each.
        rondo_ctx_set_mode(raw, Int(SSL_MODE_RELEASE_BUFFERS))
        rondo_ctx_refuse_passphrases(raw)
    }

    deinit { SSL_CTX_free(raw) }

    /// For a server: TLS 1.2 and 1.3, ALPN, tickets for resumption (their keys live as long as this context);
    /// no compression, no renegotiation, no early data (its default).
    convenience init(server files: TLSFiles) throws(TLSError) {
        try self.init(method: TLS_server_method())
        rondo_ctx_set_server_options(raw)
        // Tickets need no memory here; a cache of sessions would.
        rondo_ctx_set_session_cache_mode(raw, Int(SSL_SESS_CACHE_OFF))
        let name: StaticString = "rondo"
        SSL_CTX_set_session_id_context(raw, name.utf8Start, UInt32(name.utf8CodeUnitCount))
        rondo_ctx_select_http1(raw)
        try loadCertificate(files)
        if let path = files.clientAuthorities { try requireClients(path) }
    }

    /// For a client that trusts the system's authorities, or those of a file.
    convenience init(clientTrusting path: String?) throws(TLSError) {
        try self.init(method: TLS_client_method())
        if let path {
            try Self.checkReadable(path, "authorities")
            guard SSL_CTX_load_verify_file(raw, path) == 1 else {
                throw .file(path: path, what: "no certificates of authorities", reason: TLSError.takeReason().text)
            }
        } else {
            guard SSL_CTX_set_default_verify_paths(raw) == 1 else {
                throw .setup(operation: "the system's authorities", reason: TLSError.takeReason().text)
            }
        }
        SSL_CTX_set_verify(raw, SSL_VERIFY_PEER, nil)
    }

    // MARK: Files

    private func loadCertificate(_ files: TLSFiles) throws(TLSError) {
        try Self.checkReadable(files.certificate, "certificate")
        try Self.checkReadable(files.key, "private key")
        guard SSL_CTX_use_certificate_chain_file(raw, files.certificate) == 1 else {
            throw .file(path: files.certificate, what: "no certificate in PEM", reason: TLSError.takeReason().text)
        }
        // Fails, too, if the key is not the certificate's; then the file itself is fine.
        guard SSL_CTX_use_PrivateKey_file(raw, files.key, SSL_FILETYPE_PEM) == 1 else {
            let (reason, code) = TLSError.takeReason()
            let isMismatch = code == X509_R_KEY_VALUES_MISMATCH || code == X509_R_KEY_TYPE_MISMATCH
            if isMismatch { throw .keyMismatch(certificate: files.certificate, key: files.key) }
            throw .file(path: files.key, what: "no private key in PEM without a passphrase", reason: reason)
        }
        guard SSL_CTX_check_private_key(raw) == 1 else {
            ERR_clear_error()
            throw .keyMismatch(certificate: files.certificate, key: files.key)
        }
        let certificate = SSL_CTX_get0_certificate(raw)
        notAfterSeconds = Self.seconds(X509_get0_notAfter(certificate))
        notBeforeSeconds = Self.seconds(X509_get0_notBefore(certificate))
    }

    private func requireClients(_ path: String) throws(TLSError) {
        try Self.checkReadable(path, "client authorities")
        guard let names = SSL_load_client_CA_file(path), SSL_CTX_load_verify_file(raw, path) == 1 else {
            throw .file(path: path, what: "no certificates of client authorities", reason: TLSError.takeReason().text)
        }
        SSL_CTX_set_client_CA_list(raw, names)
        SSL_CTX_set_verify(raw, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
    }

    /// OpenSSL's own words about files that are not there are hard to read.
    private static func checkReadable(_ path: String, _ what: String) throws(TLSError) {
        guard access(path, R_OK) == 0 else {
            throw .file(path: path, what: "the \(what) cannot be read", reason: String(cString: strerror(errno)))
        }
    }

    private static func seconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int? {
        var parts = tm()
        guard let time, ASN1_TIME_to_tm(time, &parts) == 1 else { return nil }
        return timegm(&parts)
    }
}
