import Glibc
import HTTPServer
import Synchronization
import TLS
import TestSupport
import Testing

/// Certificates that change while the server runs.
extension ServerSuites {
    @Suite struct CertificateReloadTests {
        @Test func faultsNameTheirFile() throws {
            let certificates = try TestCertificates()
            let good = try certificates.make("good")
            let other = try certificates.make("other", algorithm: "rsa:2048")
            func fault(_ certificate: String, _ key: String, _ authorities: String? = nil) -> String {
                do {
                    _ = try TLSCredentials(
                        files: TLSFiles(certificate: certificate, key: key, clientAuthorities: authorities))
                    return ""
                } catch {
                    return "\(error)"
                }
            }
            #expect(fault(good.certificate, good.key).isEmpty)
            #expect(
                fault("/nowhere/a.crt", good.key)
                    == "/nowhere/a.crt: the certificate cannot be read: No such file or directory")
            #expect(
                fault(good.certificate, "/nowhere/a.key")
                    == "/nowhere/a.key: the private key cannot be read: No such file or directory")
            #expect(
                fault(good.certificate, other.key)
                    == "the key in \(other.key) does not belong to the certificate in \(good.certificate)")
            let same = try certificates.make("same")
            #expect(
                fault(good.certificate, same.key)
                    == "the key in \(same.key) does not belong to the certificate in \(good.certificate)")
            #expect(fault(good.key, good.key).hasPrefix("\(good.key): no certificate in PEM: "))
            #expect(fault(good.certificate, good.certificate).hasPrefix("\(good.certificate): no private key in PEM"))
            #expect(
                fault(good.certificate, good.key, good.key).hasPrefix(
                    "\(good.key): no certificates of client authorities: "))
            let locked = certificates.path("locked.key")
            #expect(Shell.run("openssl ec -in \(good.key) -aes128 -passout pass:secret -out \(locked)").code == 0)
            #expect(
                fault(good.certificate, locked).hasPrefix("\(locked): no private key in PEM without a passphrase: "))
        }

        @Test func theEndOfValidityIsSaid() throws {
            let certificates = try TestCertificates()
            let credentials = try TLSCredentials(files: certificates.make("long", days: 90))
            let day = 86_400
            let now = Int(time(nil))
            #expect(credentials.warning() == nil)
            #expect(credentials.warning(nowSeconds: now + 80 * day + 3600)?.contains("expires in 9 days") == true)
            #expect(credentials.warning(nowSeconds: now + 100 * day - 3600)?.contains("expired 9 days ago") == true)
            #expect(credentials.warning(nowSeconds: now - 10 * day)?.contains("not valid yet") == true)
        }

        /// New sessions get the new certificate, those under way go on, a broken one changes nothing.
        @Test func changedFilesAreTakenUp() async throws {
            let certificates = try TestCertificates()
            let files = try certificates.make("server")
            let credentials = try TLSCredentials(files: files)
            let test = try await TestServer(tls: credentials)
            let port = test.port
            let old = certificates.path("old.crt")
            #expect(Shell.run("cp \(files.certificate) \(old)").code == 0)
            func works(_ certificate: String) async -> Bool {
                let text = try? await offPool {
                    let client = try TLSClient(port: port, trusting: certificate)
                    try client.send("GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                    return try client.receiveAll()
                }
                return text?.hasSuffix("hello") == true
            }
            #expect(try !credentials.reloadIfChanged())
            #expect(await works(old))

            try certificates.make("server")  // key and certificate are replaced by new ones
            #expect(try credentials.reloadIfChanged())
            #expect(try !credentials.reloadIfChanged())
            #expect(await works(files.certificate))
            #expect(await !works(old))

            let current = certificates.path("current.crt")
            #expect(Shell.run("cp \(files.certificate) \(current) && echo broken > \(files.certificate)").code == 0)
            #expect(throws: TLSError.self) { try credentials.reloadIfChanged() }
            #expect(try !credentials.reloadIfChanged())  // not again at every look
            #expect(await works(current))
            #expect(Shell.run("rm \(files.certificate)").code == 0)
            #expect(throws: TLSError.self) { try credentials.reload() }
            #expect(await works(current))
            await test.server.shutdown()
        }

        /// Reloads while clients come as fast as they can: no request is lost.
        @Test func reloadsBreakNoRequest() async throws {
            let certificates = try TestCertificates()
            let files = try certificates.make("server")
            let credentials = try TLSCredentials(files: files)
            let test = try await TestServer(tls: credentials)
            let port = test.port
            let seen = Observations()  // `written`: fine, `gone`: broken
            await withTaskGroup { group in
                for _ in 0..<3 {
                    group.addTask {
                        try? await offPool {
                            for _ in 0..<60 {
                                let client = try? TLSClient(port: port, trusting: files.certificate)
                                try? client?.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
                                let first = (try? client?.receive(until: "hello")) ?? ""
                                try? client?.send("GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                                let second = (try? client?.receiveAll()) ?? ""
                                let isFine = first.hasSuffix("hello") && second.hasSuffix("hello")
                                if isFine {
                                    seen.written.add(1, ordering: .relaxed)
                                } else {
                                    seen.gone.add(1, ordering: .relaxed)
                                }
                            }
                        }
                    }
                }
                group.addTask {
                    while seen.written.load(ordering: .relaxed) + seen.gone.load(ordering: .relaxed) < 180 {
                        try? credentials.reload()
                        try? await Task.sleep(for: .milliseconds(1))
                    }
                }
            }
            #expect(seen.written.load(ordering: .relaxed) == 180)
            await test.server.shutdown()
        }
    }
}
