import COpenSSL

/// Why a certificate cannot be used or a session cannot go on.
package enum TLSError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A file cannot be read, or does not hold what it should.
    case file(path: String, what: String, reason: String)
    /// The private key is not the certificate's.
    case keyMismatch(certificate: String, key: String)
    /// The other side speaks HTTP without TLS.
    case plainHTTP
    /// The handshake or a record failed; an alert, if one is due, is in the session's output.
    case session(reason: String)
    /// OpenSSL refused a setting: a build without what Rondo needs.
    case setup(operation: String, reason: String)

    package var description: String {
        switch self {
        case .file(let path, let what, let reason): "\(path): \(what): \(reason)"
        case .keyMismatch(let certificate, let key):
            "the key in \(key) does not belong to the certificate in \(certificate)"
        case .plainHTTP: "plain HTTP on a port that speaks TLS"
        case .session(let reason): reason
        case .setup(let operation, let reason): "OpenSSL: \(operation): \(reason)"
        }
    }

    /// The oldest entry of this thread's error queue, in OpenSSL's words; empties the queue.
    static func takeReason() -> (text: String, code: Int32) {
        let code = ERR_get_error()
        ERR_clear_error()
        guard code != 0 else { return ("no reason given", 0) }
        let text = ERR_reason_error_string(code).map { String(cString: $0) } ?? "error \(code)"
        return (text, ERR_GET_REASON(code))
    }
}
