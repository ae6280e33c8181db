import Glibc
import TLS
import TestSupport
import Testing

@Suite struct TLSCredentialsTests {
    private func error(of files: TLSFiles) -> TLSError? {
        do throws(TLSError) {
            _ = try TLSCredentials(files: files)
            return nil
        } catch {
            return error
        }
    }

    /// Each file that is missing or wrong is named, with what is wrong in words.
    @Test func filesThatAreMissingOrWrong() throws {
        let certificates = try TestCertificates()
        let good = try certificates.make("server")
        #expect(error(of: good) == nil)
        let (missing, noise) = (certificates.path("missing"), certificates.path("noise"))
        try TemporaryDirectory.put(Array("no PEM".utf8), noise)
        for path in [missing, noise] {
            let (certificate, key, authorities) = (
                TLSFiles(certificate: path, key: good.key), TLSFiles(certificate: good.certificate, key: path),
                TLSFiles(certificate: good.certificate, key: good.key, clientAuthorities: path)
            )
            for files in [certificate, key, authorities] {
                guard case .file(let named, let what, let reason) = error(of: files) else {
                    Issue.record("\(files) is taken")
                    continue
                }
                #expect(named == path && !what.isEmpty && !reason.isEmpty)
                #expect(error(of: files)?.description.hasPrefix("\(path): ") == true)
            }
        }
    }

    @Test func theKeyOfAnotherCertificate() throws {
        let certificates = try TestCertificates()
        let good = try certificates.make("server")
        for algorithm in ["ec -pkeyopt ec_paramgen_curve:P-256", "rsa:2048"] {
            let other = try certificates.make("other", algorithm: algorithm)
            let files = TLSFiles(certificate: good.certificate, key: other.key)
            #expect(error(of: files) == .keyMismatch(certificate: good.certificate, key: other.key))
        }
    }

    /// Nobody is there to type it.
    @Test func aKeyWithAPassphrase() throws {
        let certificates = try TestCertificates()
        let good = try certificates.make("server")
        let locked = certificates.path("locked.key")
        let made = Shell.run("openssl pkcs8 -topk8 -in \(good.key) -out \(locked) -passout pass:x")
        try #require(made.code == 0, "\(made.output)")
        guard case .file(locked, let what, _) = error(of: TLSFiles(certificate: good.certificate, key: locked)) else {
            Issue.record("it was taken")
            return
        }
        #expect(what.contains("passphrase"))
    }

    /// Sessions that begin afterwards have the new certificate; a broken one leaves the old in use.
    @Test func reload() throws {
        let certificates = try TestCertificates()
        let files = try certificates.make("server")
        let old = certificates.path("old.crt")
        try TemporaryDirectory.put(TemporaryDirectory.get(files.certificate), old)
        let credentials = try TLSCredentials(files: files)
        #expect(try !credentials.reloadIfChanged())
        func isTrusted(_ authorities: String) throws -> Bool {
            let server = try TLSSession(server: credentials)
            let client = try TLSSession(client: TLSTrust(authorities: authorities), host: "localhost", isAddress: false)
            TLSPair(client: client, server: server).exchange()
            return client.isEstablished
        }
        #expect(try isTrusted(old))
        try certificates.make("server")
        #expect(try isTrusted(old))
        #expect(try credentials.reloadIfChanged())
        #expect(try !isTrusted(old) && isTrusted(files.certificate))
        try TemporaryDirectory.put(TemporaryDirectory.get(old), certificates.path("new.crt"))
        try TemporaryDirectory.put(Array("no PEM".utf8), files.key)
        #expect(throws: TLSError.self) { try credentials.reloadIfChanged() }
        // Broken files are read again once they change, not at every look.
        #expect(try !credentials.reloadIfChanged())
        #expect(try isTrusted(files.certificate))
    }

    @Test func warning() throws {
        let certificates = try TestCertificates()
        let credentials = try TLSCredentials(files: certificates.make("server", days: 30))
        let now = Int(time(nil))
        #expect(credentials.warning(nowSeconds: now) == nil)
        let day = 86_400
        #expect(credentials.warning(nowSeconds: now + 20 * day)?.contains("expires in") == true)
        #expect(credentials.warning(nowSeconds: now + 33 * day)?.contains("expired 3 days ago") == true)
        #expect(credentials.warning(nowSeconds: now - 2 * day)?.contains("not valid yet") == true)
    }
}
