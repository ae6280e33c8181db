import Glibc
import TLS

/// Keys and certificates of one test, made by the `openssl` command in a directory that goes with this object.
final class TestCertificates: Sendable {
    struct Failure: Error { let output: String }

    let directory: String

    init() throws {
        var name = Array("/tmp/rondo-tls-XXXXXX".utf8CString)
        guard mkdtemp(&name) != nil else { throw Failure(output: "mkdtemp") }
        directory = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { _ = Shell.run("rm -rf '\(directory)'") }

    func path(_ name: String) -> String { "\(directory)/\(name)" }

    /// Makes `name.crt` and `name.key`, for localhost and 127.0.0.1, signed by itself or by `issuer`.
    @discardableResult
    func make(
        _ name: String, days: Int = 2, algorithm: String = "ec -pkeyopt ec_paramgen_curve:P-256", issuer: String? = nil
    ) throws
        -> TLSFiles
    {
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

    func files(_ name: String) -> TLSFiles { TLSFiles(certificate: path(name) + ".crt", key: path(name) + ".key") }
}
