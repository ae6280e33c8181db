import Glibc
import JSON
import System
import TestSupport
import Testing

/// `rondo backup`, `POST /backup` and `rondo restore` of the real binary.
@Suite(.serialized) struct BackupTests {
    private let directory: TemporaryDirectory
    private var data: String { directory.path + "/data" }

    init() throws { directory = try TemporaryDirectory() }

    private func run(_ arguments: String..., code: Int32 = 0) throws -> (output: String, errors: String) {
        let process = try ChildProcess(arguments, in: directory)
        #expect(process.wait() == code, "\(arguments): \(process.output)\(process.errors)")
        return (process.output, process.errors)
    }

    /// What a data directory answers, and that it is sound.
    private func answer(_ name: String) throws -> JSONValue? {
        _ = try run("check", "--data", directory.path + "/" + name)
        let process = try run(
            "predict", "--model", "wave", "--sequence", "[\(Samples.series)]", "--json", "--data",
            directory.path + "/" + name)
        return try JSONParser.parse(process.output)["predictions"]
    }

    @Test func theThreeWaysAreOne() throws {
        let server = try TestServer(data: directory)
        let url = "http://127.0.0.1:\(server.port)"
        _ = try server.finished(server.train(Samples.forecast))
        let expected = try server.request(
            "POST", "/predict", #"{"model":"wave","sequence":[\#(Samples.series)]}"#
        ).json["predictions"]
        let here = directory.path
        // Beside the server by its directory, over HTTP by the command and by another client.
        #expect(try run("backup", here + "/a", "--data", data).errors.contains("next: rondo restore"))
        _ = try run("backup", here + "/b", "--url", url)
        #expect(Shell.run("curl -sf -X POST \(url)/backup -o '\(here)/c.tar' && echo fine").output == "fine\n")
        #expect(try run("backup", here + "/a", "--data", data, code: 1).errors.contains("/a exists already"))
        #expect(try run("backup", data + "/x", "--data", data, code: 1).errors.contains("is in the data directory"))
        #expect(try run("restore", here + "/a", "--data", data, code: 1).errors.contains("is not empty ("))
        #expect(server.stop() == 0)
        for (source, name) in [("a", "ra"), ("b", "rb"), ("c.tar", "rc")] {
            _ = try run("restore", here + "/" + source, "--data", here + "/" + name)
            #expect(try answer(name) == expected, "\(source)")
        }
        #expect(try run("restore", here + "/none", "--data", here + "/rd", code: 1).errors.contains("no backup"))
        try TemporaryDirectory.put(TemporaryDirectory.get(here + "/c.tar").dropLast(2000), here + "/cut.tar")
        #expect(try run("restore", here + "/cut.tar", "--data", here + "/rd", code: 1).errors.contains("damaged"))
        #expect(TemporaryDirectory.names(in: here + "/rd") == ["lock"])
        let served = try ChildProcess(["serve", "--port", "0", "--data", here + "/a"], in: directory)
        #expect(served.wait() == 69 && served.errors.contains("is a backup"), "\(served.errors)")
    }

    /// Killed at any moment, neither leaves half of anything.
    @Test func killsLeaveNothingHalf() throws {
        let server = try TestServer(data: directory)
        _ = try server.finished(server.train(Samples.forecast))
        for name in 0..<20 {
            let copy = try server.request("GET", "/models/wave/versions/1/weights")
            let exchange = try TestExchange(
                port: server.port, "PUT", "/models/m\(name)/versions", copy.body,
                headers: ["Content-Type: application/octet-stream"])
            #expect(try exchange.whole().status == 201)
        }
        let backup = directory.path + "/backup", restored = directory.path + "/restored"
        func runs(_ arguments: [String], killedAfter microseconds: UInt32) throws -> Bool {
            let process = try ChildProcess(arguments, in: directory)
            usleep(microseconds)
            process.signal(SIGKILL)
            return process.wait() == 0
        }
        var pause: UInt32 = 1000
        while try !runs(["backup", backup, "--data", data], killedAfter: pause) {
            if access(backup, F_OK) == 0 { break }
            pause = pause / 4 * 5
        }
        _ = try run("check", "--data", backup)
        #expect(try server.request("GET", "/models").json["models"]?.elements?.count == 21)
        #expect(server.stop() == 0)
        pause = 1000
        while try !runs(["restore", backup, "--data", restored], killedAfter: pause) {
            pause = pause / 4 * 5
            if access(restored + "/rondo.sqlite", F_OK) == 0 { break }
        }
        // Where the last step had begun, the same command ends it.
        if access(restored + "/.restore", F_OK) == 0 { _ = try run("restore", backup, "--data", restored) }
        let check = try run("check", "--data", restored).output
        #expect(check.contains("21 versions of 21 models"), "\(check)")
    }
}
