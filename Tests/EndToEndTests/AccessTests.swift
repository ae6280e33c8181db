import Glibc
import JSON
import TestSupport
import Testing

/// Keys of the real binary: made, used, changed, refused.
@Suite(.serialized) struct AccessTests {
    private func key(_ name: String, _ role: String, _ directory: TemporaryDirectory) throws -> String {
        let process = try ChildProcess(
            ["keys", "add", name, "--role", role, "--data", directory.path + "/data"], in: directory)
        #expect(process.wait() == 0, "\(process.errors)")
        return String(process.output.dropLast())
    }

    private func bearer(_ key: String) -> [String] { ["Authorization: Bearer \(key)"] }

    @Test func rolesOpenTheirRoutes() throws {
        let directory = try TemporaryDirectory()
        let keys = try ["predict", "train", "admin"].map { try key("the-" + $0, $0, directory) }
        #expect(keys.allSatisfy { $0.hasPrefix("rondo_") && $0.utf8.count == 49 } && Set(keys).count == 3)
        let server = try TestServer(data: directory, arguments: ["--access-log", "--log-level", "trace"])
        // Method, path, and the least role.
        let routes: [(String, String, Int)] = [
            ("GET", "/models", 0), ("GET", "/models/a", 0), ("POST", "/predict", 0), ("GET", "/metrics", 0),
            ("POST", "/v1/timeseries/forecast", 0), ("POST", "/invocations", 0),
            ("GET", "/jobs", 1), ("POST", "/train", 1), ("GET", "/usage", 1),
            ("POST", "/jobs/x/cancel", 1), ("GET", "/jobs/x/events", 1), ("POST", "/models/a/labels", 1),
            ("GET", "/models/a/versions/1/weights", 1),
            ("PUT", "/models/a/versions", 1), ("DELETE", "/models/a", 2), ("DELETE", "/models/a/versions/1", 2),
            ("POST", "/backup", 2),
        ]
        for (method, path, least) in routes {
            let body = method == "POST" ? "{}" : nil
            #expect(try server.request(method, path, body).status == 401, "\(method) \(path)")
            #expect(try server.request(method, path, body, headers: bearer("rondo_wrong")).status == 401)
            for (role, key) in keys.enumerated() {
                let status = try server.request(method, path, body, headers: bearer(key)).status
                #expect((status == 403) == (role < least) && status != 401, "\(method) \(path) by \(role): \(status)")
            }
        }
        for path in ["/healthz", "/readyz", "/version", "/openapi.json", "/ping", "/execution-parameters"] {
            #expect(try server.request("GET", path).status == 200)
        }
        #expect(try server.request("GET", "/version?limits=true").status == 401)
        #expect(try server.request("GET", "/version?limits=true", headers: bearer(keys[1])).status == 403)
        #expect(try server.request("GET", "/version?limits=true", headers: bearer(keys[2])).json["limits"] != nil)
        #expect(server.stop() == 0)
        // Neither the logs nor any file has a key; the log names its holder.
        let file = try ChildProcess(["keys", "list", "--data", directory.path + "/data"], in: directory)
        #expect(file.wait() == 0)
        let kept =
            server.process.errors + server.process.output + file.output + text(directory.path + "/data/keys.json")
        #expect(!kept.contains("rondo_") && server.process.output.contains(" the-admin \"DELETE /models/a\" "))
    }

    private func text(_ path: String) -> String {
        guard let stream = fopen(path, "r") else { return "" }
        defer { fclose(stream) }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = fread(&bytes, 1, bytes.count, stream)
        return String(decoding: bytes[..<count], as: UTF8.self)
    }

    @Test func keysChangeWhileTheServerRuns() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        #expect(try server.request("GET", "/models").status == 200)
        let first = try key("first", "train", directory)
        server.process.signal(SIGHUP)
        try server.wait(for: "the first key") { try server.request("GET", "/models").status == 401 }
        #expect(try server.request("GET", "/models", headers: bearer(first)).status == 200)

        // A file that does not read changes nothing.
        let good = text(directory.path + "/data/keys.json")
        _ = try directory.write("{\"keys\":[{}]}", to: "data/keys.json")
        server.process.signal(SIGHUP)
        try server.wait(for: "the refusal") {
            server.process.errors.contains("keys_file") && server.process.errors.contains("/keys/0/name")
        }
        // A key that damage has made another one's is not believed.
        _ = try directory.write(good.replacing(#""name":"first""#, with: #""name":"fjrst""#), to: "data/keys.json")
        server.process.signal(SIGHUP)
        try server.wait(for: "the second refusal") { server.process.errors.contains("the file is damaged") }
        #expect(try server.request("GET", "/models", headers: bearer(first)).status == 200)
        _ = try directory.write(good, to: "data/keys.json")

        // Without the last key nobody gets in: a server never becomes open while it runs.
        let remove = try ChildProcess(["keys", "remove", "first", "--data", directory.path + "/data"], in: directory)
        #expect(remove.wait() == 0, "\(remove.errors)")
        server.process.signal(SIGHUP)
        try server.wait(for: "the removal") {
            try server.request("GET", "/models", headers: bearer(first)).status == 401
        }
        #expect(try server.request("GET", "/models").status == 401)
        #expect(server.stop() == 0)
    }

    @Test func commandsSendTheirKey() throws {
        let directory = try TemporaryDirectory()
        let key = try key("me", "train", directory)
        let server = try TestServer(data: directory)
        let url = ["--url", "http://127.0.0.1:\(server.port)"]
        for (arguments, environment) in [(["--key", key], [:]), ([], ["RONDO_KEY": key])] {
            let jobs = try ChildProcess(["jobs"] + url + arguments, in: directory, environment: environment)
            #expect(jobs.wait() == 0, "\(jobs.errors)")
        }
        let refused = try ChildProcess(["jobs"] + url, in: directory)
        #expect(refused.wait() != 0 && refused.errors.contains("a key is needed"), "\(refused.errors)")
        let broken = try ChildProcess(["jobs", "--key", "a\r\nX: y"] + url, in: directory)
        #expect(broken.wait() != 0 && broken.errors.contains("--key"), "\(broken.errors)")
        let health = try ChildProcess(["health"] + url, in: directory)
        #expect(health.wait() == 0, "\(health.errors)")
        // Without a URL a command works on the store itself, which its user may.
        #expect(server.stop() == 0)
        let local = try ChildProcess(["jobs", "--data", directory.path + "/data"], in: directory)
        #expect(local.wait() == 0, "\(local.errors)")
    }

    @Test func faultsNameTheirKey() throws {
        let directory = try TemporaryDirectory()
        let data = ["--port", "0", "--data", directory.path + "/data"]
        let broken = try directory.write(
            "{\"keys\":[{\"name\":\"a\",\"role\":\"king\",\"sha256\":\"00\"}]}", to: "broken.json")
        let cases: [(arguments: [String], hint: String)] = [
            (["--host", "0.0.0.0"], "--allow-anonymous"), (["--host", "127.0.0.1,::"], "--allow-anonymous"),
            (["--host", "none"], "nothing to listen on"),
            (
                ["--host", "300.1.1.1", "--allow-anonymous"],
                "cannot listen (host, port, tls_port, socket): \"300.1.1.1\""
            ), (["--keys-file", directory.path + "/none.json"], "keys_file"),
            (["--keys-file", broken], "/keys/0/role: must be predict, train or admin"),
            (["--cors-origins", "example.org"], "--cors-origins must be a list of origins"),
            (["--log-format", "xml"], "--log-format must be one of text, json"),
            (["--socket-mode", "777"], "--socket-mode"),
            (
                ["--socket", directory.path + "/" + String(repeating: "x", count: 108)],
                "(host, port, tls_port, socket)"
            ), (["--requests-per-second", "-1"], "--requests-per-second"),
        ]
        for item in cases {
            let process = try ChildProcess(["serve"] + data + item.arguments, in: directory)
            #expect(process.wait() != 0 && process.errors.contains(item.hint), "\(item.arguments): \(process.errors)")
        }
        for (arguments, hint) in [
            (["a/b", "--role", "train"], "[A-Za-z0-9]"), (["a", "--role", "king"], "--role must be"),
        ] {
            let process = try ChildProcess(["keys", "add"] + arguments + ["--data", directory.path], in: directory)
            #expect(process.wait() != 0 && process.errors.contains(hint), "\(process.errors)")
        }
    }
}
