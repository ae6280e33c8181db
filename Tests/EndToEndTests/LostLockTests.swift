import Glibc
import JSON
import TestSupport
import Testing

/// Files by which a server holds its directory, deleted under its hands.
@Suite(.serialized) struct LostLockTests {
    private let news = " critical a lock file was deleted or replaced while the server runs"

    @Test func deletedLocksAreMadeAnew() throws {
        let directory = try TemporaryDirectory(), data = directory.path + "/data"
        let server = try TestServer(data: directory)
        let job = try server.train(Samples.long(epochs: 10_000))
        try server.wait(for: "the job to run") {
            try server.request("GET", "/jobs/\(job)").json["status"]?.asString == "running"
        }
        let runners = TemporaryDirectory.names(in: data + "/rondo.sqlite.runners")
        let files = [data + "/lock"] + runners.map { data + "/rondo.sqlite.runners/" + $0 }
        #expect(files.count == 2)
        for file in files { unlink(file) }
        try server.wait(seconds: 5, for: "the locks") {
            files.allSatisfy { access($0, F_OK) == 0 && server.process.errors.contains("file=\($0)") }
        }
        #expect(server.process.errors.contains(news))
        // Nobody mends the directory meanwhile, and who comes beside takes no job away.
        let check = try ChildProcess(["check", "--repair", "--data", data], in: directory)
        #expect(check.wait() == 69, "\(check.output) \(check.errors)")
        let second = try TestServer(data: directory)
        #expect(!second.process.errors.contains("taken back"), "\(second.process.errors)")
        let found = try server.request("GET", "/jobs/\(job)").json
        #expect(found["status"]?.asString == "running" && found["attempt"]?.asInt == 1, "\(found.text)")
        #expect(second.stop() == 0)
        try server.request("POST", "/jobs/\(job)/cancel")
        #expect(server.stop() == 0)
    }

    /// What was answered is there at the next start, whatever was deleted.
    @Test func aDeletedDatabaseEndsTheServerAndLosesNothing() throws {
        let directory = try TemporaryDirectory(), data = directory.path + "/data"
        for end in ["", "-wal"] {
            let server = try TestServer(data: directory)
            let job = try server.train(Samples.forecast)
            #expect(try server.finished(job)["status"]?.asString == "succeeded")
            unlink(data + "/rondo.sqlite" + end)
            #expect(server.process.wait() == 70, "\(server.process.errors)")
            #expect(server.process.errors.contains("rondo.sqlite\(end) was deleted while the server ran"))
            let next = try TestServer(data: directory)
            #expect(try next.request("GET", "/jobs/\(job)").json["status"]?.asString == "succeeded")
            #expect(next.stop() == 0)
        }
    }

    @Test func keysThatAreGoneAreMissed() throws {
        let directory = try TemporaryDirectory(), data = directory.path + "/data"
        let add = try ChildProcess(["keys", "add", "me", "--role", "admin", "--data", data], in: directory)
        #expect(add.wait() == 0)
        let bearer = ["Authorization: Bearer \(add.output.dropLast())"]
        let server = try TestServer(data: directory)
        #expect(try server.request("GET", "/jobs").status == 401)
        // While it runs: the keys in force stay.
        rename(data + "/keys.json", data + "/keys.away")
        server.process.signal(SIGHUP)
        try server.wait(for: "the refusal") { server.process.errors.contains("keys.json is gone") }
        #expect(try server.request("GET", "/jobs", headers: bearer).status == 200)
        #expect(server.stop() == 0)
        let refused = try ChildProcess(["serve", "--port", "0", "--data", data], in: directory)
        #expect(refused.wait() == 78, "\(refused.errors)")
        for words in ["\(data)/keys.json is gone", "rondo keys add", "delete \(data)/keys-required"] {
            #expect(refused.errors.contains(words), "\(refused.errors)")
        }
        // Put back, or given up on purpose.
        rename(data + "/keys.away", data + "/keys.json")
        let again = try TestServer(data: directory)
        #expect(try again.request("GET", "/jobs").status == 401)
        #expect(again.stop() == 0)
        unlink(data + "/keys.json")
        unlink(data + "/keys-required")
        let open = try TestServer(data: directory)
        #expect(try open.request("GET", "/jobs").status == 200)
        #expect(open.stop() == 0)
    }
}
