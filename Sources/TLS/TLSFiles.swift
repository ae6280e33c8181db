import System

/// The files a server's TLS is made of, in PEM.
package struct TLSFiles: Sendable, Equatable {
    /// The server's certificate, followed by those that lead to a known authority.
    package var certificate: String
    /// The certificate's private key, without a passphrase.
    package var key: String
    /// Authorities of clients; if given, a client without a certificate of theirs is refused.
    package var clientAuthorities: String?

    /// PEM files by their paths; nothing is read yet.
    package init(certificate: String, key: String, clientAuthorities: String? = nil) {
        self.certificate = certificate
        self.key = key
        self.clientAuthorities = clientAuthorities
    }

    /// What a change of a file changes: device, inode, size and time of each.
    struct Stamp: Equatable {
        private var numbers: [Int] = []

        init(_ files: TLSFiles) {
            for path in [files.certificate, files.key, files.clientAuthorities].compactMap({ $0 }) {
                var status = stat()
                guard stat(path, &status) == 0 else {
                    numbers.append(-1)
                    continue
                }
                numbers += [
                    Int(truncatingIfNeeded: status.st_dev), Int(truncatingIfNeeded: status.st_ino), Int(status.st_size),
                    status.st_mtim.tv_sec, status.st_mtim.tv_nsec,
                ]
            }
        }
    }
}
