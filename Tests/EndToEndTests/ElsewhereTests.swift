import Glibc
import JSON
import TestSupport
import Testing

/// What a web page elsewhere can ask of a server without keys on this machine: nothing.
@Suite(.serialized) struct ElsewhereTests {
    /// Sends a request with fields of our choice, Host among them.
    private func exchange(_ server: TestServer, _ line: String, _ fields: [String], _ body: String = "") throws -> (
        status: Int, json: JSONValue, text: String
    ) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = server.port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else { throw TestFailure("connect: \(errno)") }
        let all = fields + ["Content-Length: \(body.utf8.count)", "Connection: close"]
        let request = Array("\(line) HTTP/1.1\r\n\(all.joined(separator: "\r\n"))\r\n\r\n\(body)".utf8)
        send(descriptor, request, request.count, Int32(MSG_NOSIGNAL))
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while case let count = recv(descriptor, &chunk, chunk.count, 0), count > 0 { bytes += chunk[..<count] }
        let text = String(decoding: bytes, as: UTF8.self)
        let content = text.firstRange(of: "\r\n\r\n").map { String(text[$0.upperBound...]) } ?? ""
        return (
            Int(text.split(separator: " ").dropFirst().first ?? "") ?? 0, (try? JSONParser.parse(content)) ?? .null,
            text
        )
    }

    private let json = "Content-Type: application/json"

    /// DNS rebinding: the page's own name leads here, so the browser takes the server for the page's.
    @Test func aReboundNameIsRefused() throws {
        let server = try TestServer(data: TemporaryDirectory(), arguments: ["--allowed-hosts", "rondo.example,*.pods"])
        for host in [
            "evil.example", "evil.example:\(server.port)", "localhost.evil.example", "10.1.2.3", "[2001:db8::1]",
        ] {
            for line in ["GET /jobs", "POST /train", "GET /healthz", "GET /nothing", "OPTIONS /train"] {
                let answer = try exchange(server, line, ["Host: \(host)", json], Samples.forecast)
                #expect(answer.status == 421, "\(host) \(line): \(answer.text)")
                #expect(answer.json["detail"]?.asString?.contains("allowed_hosts") == true, "\(answer.text)")
            }
        }
        for host in [
            "localhost", "LOCALHOST:1", "127.0.0.1:\(server.port)", "127.1.2.3", "[::1]", "rondo.example", "a.pods",
        ] {
            #expect(try exchange(server, "GET /jobs", ["Host: \(host)"]).status == 200, "\(host)")
        }
        #expect(try exchange(server, "GET https://localhost/jobs", ["Host: localhost"]).status == 421)
        #expect(try exchange(server, "GET ftp://localhost/jobs", ["Host: localhost"]).status == 400)
        #expect(try server.request("GET", "/jobs").json["jobs"]?.elements?.isEmpty == true)
        #expect(try server.metric("rondo_http_failures_total{reason=\"misdirected\"}") == 26)
        #expect(server.stop() == 0)
    }

    /// A page elsewhere posts: by a form, by `fetch` without CORS, with a type or without.
    @Test func aForgedRequestIsRefused() throws {
        let server = try TestServer(data: TemporaryDirectory(), arguments: ["--cors-origins", "https://good.example"])
        let host = "Host: localhost:\(server.port)"
        let own = "Origin: http://localhost:\(server.port)"
        for fields in [
            ["Origin: https://evil.example", json], ["Origin: null", json], ["Origin: http://localhost:1", json],
            ["Sec-Fetch-Site: cross-site", json], ["Sec-Fetch-Site: same-site", json],
            ["Origin: https://evil.example", "Sec-Fetch-Site: cross-site", "Content-Type: text/plain"],
        ] {
            for line in [
                "POST /train", "POST /predict", "DELETE /models/wave", "PUT /models/wave/versions", "GET /jobs",
            ] {
                let answer = try exchange(server, line, [host] + fields, Samples.forecast)
                #expect(answer.status == 403, "\(fields) \(line): \(answer.text)")
                #expect(answer.json["detail"]?.asString?.contains("cors_origins") == true, "\(answer.text)")
            }
        }
        // Not one was trained; and what has no type, or one that a form can have, is not JSON.
        #expect(try server.request("GET", "/jobs").json["jobs"]?.elements?.isEmpty == true)
        for type in [[], ["Content-Type: text/plain"], ["Content-Type: application/x-www-form-urlencoded"]] {
            let answer = try exchange(server, "POST /train", [host] + type, Samples.forecast)
            #expect(answer.status == 415 && answer.text.contains("\r\nAccept: application/json, "), "\(answer.text)")
            #expect(
                answer.json["detail"]?.asString?.contains(#"curl -H "Content-Type: application/json""#) == true,
                "\(answer.text)")
        }
        for fields in [[], [own], ["Origin: https://good.example"], [own, "Sec-Fetch-Site: same-origin"]] {
            let answer = try exchange(
                server, "POST /train?validate_only=true", [host, json] + fields, Samples.forecast)
            #expect(answer.status == 200, "\(fields): \(answer.text)")
        }
        #expect(server.stop() == 0)
    }

    /// The permissions of a directory and all in it, by path.
    private func modes(_ path: String) -> [String: mode_t] {
        var status = stat()
        guard lstat(path, &status) == 0 else { return [:] }
        var modes = [path: status.st_mode & 0o777]
        guard status.st_mode & S_IFMT == S_IFDIR, let directory = opendir(path) else { return modes }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { modes.merge(self.modes(path + "/" + name)) { first, _ in first } }
        }
        return modes
    }

    /// Other users of this machine see nothing of the data, and a file of keys that they could change is none.
    @Test func theDataIsItsUsersOwn() throws {
        let directory = try TemporaryDirectory()
        let data = directory.path + "/data"
        let add = try ChildProcess(
            ["keys", "add", "me", "--role", "admin", "--data", data], in: directory, preparation: "umask 022")
        #expect(add.wait() == 0)
        let bearer = ["Authorization: Bearer \(add.output.dropLast())"]
        let server = try TestServer(data: directory, preparation: "umask 022")
        let job = try server.request("POST", "/train", Samples.forecast, headers: bearer).json["id"]?.asString ?? ""
        _ = try server.request("GET", "/jobs/\(job)/events", headers: bearer)
        #expect(try server.request("GET", "/jobs/\(job)", headers: bearer).json["status"]?.asString == "succeeded")
        let modes = modes(data)
        for place in [
            "", "/rondo.sqlite", "/rondo.sqlite-wal", "/rondo.sqlite-shm", "/models/wave/1/model.json", "/checkpoints",
        ] {
            #expect(modes[data + place] != nil, "\(place)")
        }
        for (path, mode) in modes { #expect(mode & 0o077 == 0, "\(path) \(String(mode, radix: 8))") }

        // Reloaded while open to others: the keys in force stay, and the log says what to do.
        let keys = data + "/keys.json"
        for mode in [0o644, 0o660, 0o602] as [mode_t] {
            chmod(keys, mode)
            server.process.signal(SIGHUP)
            let hint = "(mode \(String(mode, radix: 8))): chmod 600 \(keys)"
            try server.wait(for: "the refusal") { server.process.errors.contains(hint) }
            #expect(try server.request("GET", "/jobs", headers: bearer).status == 200)
        }
        #expect(server.stop() == 0)
        let refused = try ChildProcess(["serve", "--port", "0", "--data", data], in: directory)
        #expect(refused.wait() == 78 && refused.errors.contains("(mode 602): chmod 600 \(keys)"), "\(refused.errors)")

        // A directory that is there is used as it is, and told about.
        chmod(keys, 0o600)
        chmod(data, 0o755)
        let shared = try TestServer(data: directory)
        #expect(shared.process.errors.contains(" warning ") && shared.process.errors.contains("chmod 700 \(data)"))
        #expect(shared.stop() == 0)
    }
}
