import Glibc
import JSON
import TestSupport
import Testing

/// A server that changes nothing: it predicts, says what it is, and refuses the rest.
@Suite(.serialized) struct ReadOnlyTests {
    /// Each file below a directory with its size and time. SQLite sets the user that files beside its own have already,
    /// where it may, which shows in the time of their status only.
    private func facts(_ directory: String) -> [String: [Int]] {
        var facts: [String: [Int]] = [:]
        for name in TemporaryDirectory.tree(directory) {
            var status = stat()
            guard lstat(directory + "/" + name, &status) == 0 else { continue }
            facts[name] = [
                Int(status.st_ino), Int(status.st_size), status.st_mtim.tv_sec, status.st_mtim.tv_nsec,
            ]
        }
        return facts
    }

    @Test func itServesAndChangesNothing() throws {
        let directory = try TemporaryDirectory(), data = directory.path + "/data"
        let first = try TestServer(data: directory)
        let job = try first.train(Samples.forecast)
        #expect(try first.finished(job)["status"]?.asString == "succeeded")
        let question = #"{"model":"wave","sequence":[100,112,130,118,105,91,80,94]}"#
        let expected = try first.request("POST", "/predict", question)
        #expect(expected.status == 200, "\(expected.text)")
        #expect(first.stop() == 0)

        let before = facts(data)
        let server = try TestServer(data: directory, arguments: ["--read-only"])
        #expect(server.process.errors.contains(" notice nothing is changed: "), "\(server.process.errors)")
        let ready = try server.request("GET", "/readyz")
        #expect(ready.status == 200 && ready.json["read_only"] == true, "\(ready.text)")
        let answer = try server.request("POST", "/predict", question)
        #expect(answer.status == 200 && answer.json["predictions"] == expected.json["predictions"], "\(answer.text)")
        for path in ["/jobs", "/jobs/\(job)", "/models", "/models/wave", "/sessions", "/usage", "/metrics"] {
            #expect(try server.request("GET", path).status == 200, "\(path)")
        }
        #expect(try server.request("GET", "/models/wave/versions/1/weights").status == 200)
        #expect(try server.request("POST", "/train?validate_only=true", Samples.forecast).status == 200)
        let refused: [(String, String, String?)] = [
            ("POST", "/train", Samples.forecast), ("POST", "/jobs/\(job)/cancel", nil),
            ("POST", "/jobs/\(job)/pause", nil), ("POST", "/jobs/\(job)/resume", nil),
            ("POST", "/jobs/\(job)/retry", nil), ("DELETE", "/jobs/\(job)", nil), ("DELETE", "/models/wave", nil),
            ("DELETE", "/models/wave/versions/1", nil), ("POST", "/models/wave/labels", #"{"x":1}"#),
            ("PUT", "/models/copy/versions", "x"), ("POST", "/sessions", #"{"model":"wave"}"#),
            ("POST", "/sessions/ses_1/step", "{}"), ("POST", "/sessions/ses_1/fork", "{}"),
            ("POST", "/sessions/ses_1/rebase", "{}"), ("DELETE", "/sessions/ses_1", nil), ("POST", "/backup", nil),
        ]
        for (method, path, body) in refused {
            let type = method == "PUT" ? "application/octet-stream" : "application/json"
            let answer = try server.request(method, path, body, headers: ["Content-Type: \(type)"])
            #expect(
                answer.status == 403 && answer.json["type"]?.asString?.hasSuffix("read-only-server") == true,
                "\(method) \(path): \(answer.status) \(answer.text)")
        }
        #expect(facts(data) == before)
        #expect(server.stop() == 0)
        #expect(facts(data) == before, "nothing at its end, too")
        // Commands that look need no more.
        let models = try ChildProcess(["models", "--data", data], in: directory)
        #expect(models.wait() == 0 && models.output.contains("wave"), "\(models.errors)")
    }

    @Test func withoutADatabaseThereIsNothingToServe() throws {
        let directory = try TemporaryDirectory()
        let process = try ChildProcess(
            ["serve", "--port", "0", "--read-only", "--data", directory.path + "/data"], in: directory)
        #expect(process.wait() == 69 && process.errors.contains("\(directory.path)/data does not exist"))
        mkdir(directory.path + "/data", 0o700)
        let second = try ChildProcess(
            ["serve", "--port", "0", "--data", directory.path + "/data"], in: directory,
            environment: ["RONDO_READ_ONLY": "true"])
        #expect(second.wait() == 69 && second.errors.contains("rondo.sqlite does not exist"), "\(second.errors)")
        #expect(TemporaryDirectory.names(in: directory.path + "/data").isEmpty)
    }

    /// A directory of another user's, as containers meet it: who it belongs to, who asks, and what helps.
    @Test func anotherOwnersDirectoryIsExplained() throws {
        let directory = try TemporaryDirectory(), data = directory.path + "/data"
        mkdir(data, 0o755)
        chmod(directory.path, 0o755)
        let serve = "\(RondoBinary.path) serve --port 0 --data \(data)"
        guard geteuid() == 0 else {
            chmod(data, 0o500)
            let (output, code) = Shell.run(serve)
            #expect(code == 69 && output.contains("chmod -R u+rwX \(data)"), "\(output)")
            return
        }
        let user: uid_t = 12_345, group: gid_t = 12_346
        let command = "setpriv --reuid=\(user) --regid=\(group) --clear-groups \(serve)"
        chown(data, 4242, 4243)
        let (output, code) = Shell.run(command)
        #expect(code == 69, "\(output)")
        for words in [
            "\(data) belongs to user 4242, group 4243 (mode 755), ",
            "and this process runs as user \(user), group \(group)",
            "chown -R \(user):\(group)", "docker run --user 4242:4243",
        ] {
            #expect(output.contains(words), "\(output)")
        }
        // Only a file in it is another's, as after a start as root: found before anything is written.
        chown(data, user, group)
        chmod(try directory.write("", to: "data/rondo.sqlite"), 0o600)
        let (second, secondCode) = Shell.run(command)
        #expect(secondCode == 69 && second.contains("\(data)/rondo.sqlite belongs to user 0, group 0"), "\(second)")
        #expect(TemporaryDirectory.names(in: data) == ["rondo.sqlite"])
    }
}
