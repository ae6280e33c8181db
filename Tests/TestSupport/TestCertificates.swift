package import TLS

/// Keys and certificates of one test, made by the `openssl` command in a directory that goes with this object.
package final class TestCertificates: Sendable {
    /// What `openssl` said.
    package struct Failure: Error {
        let output: String
    }

    private let directory: TemporaryDirectory

    /// None yet.
    ///
    /// - Throws: `FileError.io`.
    package init() throws { directory = try TemporaryDirectory() }

    /// The path of a file of it.
    package func path(_ name: String) -> String { "\(directory.path)/\(name)" }

    /// Makes `name.crt` and `name.key`, for localhost and 127.0.0.1, signed by itself or by `issuer`.
    @discardableResult
    package func make(
        _ name: String, days: Int = 2, algorithm: String = "ec -pkeyopt ec_paramgen_curve:P-256", issuer: String? = nil
    ) throws -> TLSFiles {
        let signer = issuer.map { "-CA \(path($0)).crt -CAkey \(path($0)).key" } ?? ""
        let (output, code) = Shell.run(
            """
            openssl req -x509 -newkey \(algorithm) -nodes -days \(days) \
            -keyout \(path(name)).key.new -out \(path(name)).crt.new \
            -subj '/CN=\(name)' -addext subjectAltName=DNS:localhost,IP:127.0.0.1 \(signer) &&
            mv \(path(name)).key.new \(path(name)).key && mv \(path(name)).crt.new \(path(name)).crt
            """)
        guard code == 0 else { throw Failure(output: output) }
        return files(name)
    }

    /// A certificate that was made, with its key.
    package func files(_ name: String) -> TLSFiles {
        TLSFiles(certificate: path(name) + ".crt", key: path(name) + ".key")
    }
}
