import Glibc
import JSON
import TestSupport
import Testing

/// `rondo serve` with a certificate, and commands that speak https.
@Suite(.serialized) struct TLSTests {
    /// Makes `name.crt` and `name.key` with the `openssl` command.
    private func makeCertificate(_ name: String, in directory: TemporaryDirectory) throws {
        let path = directory.path + "/" + name
        let command = """
            exec >/dev/null 2>&1; openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 90 \
            -subj /CN=\(name) -addext subjectAltName=DNS:localhost -keyout \(path).new -out \(path).crt.new && \
            mv \(path).new \(path).key && mv \(path).crt.new \(path).crt
            """
        guard let pipe = popen(command, "r"), pclose(pipe) == 0 else { throw TestFailure("openssl req") }
    }

    private func port(_ server: TestServer) throws -> UInt16 {
        let log = server.process.errors
        guard let range = log.firstRange(of: "https://127.0.0.1:"),
            let port = UInt16(log[range.upperBound...].prefix { $0.isNumber })
        else {
            throw TestFailure("no https in \(log)")
        }
        return port
    }

    @Test func commandsSpeakHTTPS() throws {
        let directory = try TemporaryDirectory()
        try makeCertificate("server", in: directory)
        try makeCertificate("other", in: directory)
        let files = ["--tls-certificate", directory.path + "/server.crt", "--tls-key", directory.path + "/server.key"]
        let server = try TestServer(data: directory, arguments: files + ["--tls-port", "0"])
        let port = try port(server)
        func health(_ host: String, _ authority: String) throws -> (code: Int32, text: String) {
            let process = try ChildProcess(
                ["health", "--url", "https://\(host):\(port)"], in: directory,
                environment: ["RONDO_CA": "\(directory.path)/\(authority)"])
            return (process.wait(), process.output + process.errors)
        }
        #expect(try health("localhost", "server.crt") == (0, "ready\n"))
        let stranger = try health("localhost", "other.crt")
        #expect(stranger.code != 0 && stranger.text.contains("certificate verify failed"))
        let misnamed = try health("127.0.0.1", "server.crt")
        #expect(misnamed.code != 0 && misnamed.text.contains("IP address mismatch"))
        let missing = try health("localhost", "none.crt")
        #expect(missing.code != 0 && missing.text.contains("none.crt: the authorities cannot be read"))

        // A whole training with its stream of events and its answer.
        let rows = try directory.write(
            "value\n" + Samples.series.split(separator: ",").joined(separator: "\n") + "\n", to: "wave.csv")
        let url = ["--url", "https://localhost:\(port)", "--ca", directory.path + "/server.crt"]
        let train = try ChildProcess(
            ["train", rows, "--model", "wave", "--set", "training.epochs=3", "--set", "network.hidden=8"] + url,
            in: directory)
        #expect(train.wait() == 0 && train.errors.contains("wave@1"), "\(train.errors)")

        // SIGHUP takes a new certificate up.
        try makeCertificate("server", in: directory)
        #expect(try health("localhost", "server.crt").code != 0)
        server.process.signal(SIGHUP)
        try server.wait(for: "the new certificate") { try health("localhost", "server.crt").code == 0 }
        #expect(server.stop() == 0)
    }

    @Test func faultsEndTheStart() throws {
        let directory = try TemporaryDirectory()
        try makeCertificate("server", in: directory)
        try makeCertificate("other", in: directory)
        let path = directory.path
        let cases = [
            (["--tls-certificate", path + "/server.crt"], "tls_certificate needs tls_key"),
            (["--tls-only"], "tls_only needs tls_certificate"),
            (
                ["--tls-certificate", path + "/none.crt", "--tls-key", path + "/server.key"],
                "none.crt: the certificate cannot be read"
            ),
            (
                ["--tls-certificate", path + "/server.crt", "--tls-key", path + "/other.key"],
                "does not belong to the certificate"
            ),
            (
                [
                    "--tls-certificate", path + "/server.crt", "--tls-key", path + "/server.key", "--port", "8080",
                    "--tls-port", "8080",
                ],
                "port and tls_port are both 8080"
            ),
        ]
        for (arguments, hint) in cases {
            let process = try ChildProcess(
                ["serve", "--port", "0", "--data", path + "/data"] + arguments, in: directory)
            #expect(process.wait() != 0 && process.errors.contains(hint), "\(arguments): \(process.errors)")
        }
    }
}
