import Glibc
import JSON
import TestSupport
import Testing

/// The process says why it ended: with its last line, its exit code, and to the server that comes after it.
@Suite(.serialized) struct EndingTests {
    private let disorder = "the server before this one did not stop in an orderly way"

    /// As where only the binary is installed; else Swift's runtime writes its own report.
    private let noBacktrace = "export SWIFT_BACKTRACE=enable=no"

    private func lastLine(_ process: ChildProcess) -> Substring { process.errors.split(separator: "\n").last ?? "" }

    @Test func anOrderlyStopLeavesNothing() throws {
        let directory = try TemporaryDirectory()
        for (signal, name) in [(SIGTERM, "SIGTERM"), (SIGINT, "SIGINT")] {
            let server = try TestServer(data: directory)
            server.process.signal(signal)
            #expect(server.process.wait() == 0)
            let line = lastLine(server.process)
            #expect(line.hasSuffix(" notice stopped exit_code=0 signal=\(name)"), "\(line)")
            #expect(!server.process.errors.contains(disorder))
        }
    }

    @Test func aKilledServerIsReported() throws {
        let directory = try TemporaryDirectory()
        let first = try TestServer(data: directory)
        let id = try first.train(Samples.long(epochs: 10_000))
        try first.wait(for: "the job to run") {
            try first.request("GET", "/jobs/\(id)").json["status"]?.asString == "running"
        }
        first.process.signal(SIGKILL)
        #expect(first.process.wait() == 128 + SIGKILL)
        // A command that looks at the same data meanwhile takes nothing of it away.
        let jobs = try ChildProcess(["models", "--data", directory.path + "/data"], in: directory)
        #expect(jobs.wait() == 0, "\(jobs.errors)")

        let second = try TestServer(data: directory)
        let line = second.process.errors.split(separator: "\n").first { $0.contains(disorder) } ?? ""
        #expect(
            line.contains(" warning ") && line.contains(" pid=\(first.process.pid) ") && line.contains("killed")
                && line.contains(" started_at=20"), "\(second.process.errors)")
        try second.request("POST", "/jobs/\(id)/cancel")
        #expect(second.stop() == 0)
        // Told once.
        let third = try TestServer(data: directory)
        #expect(!third.process.errors.contains(disorder), "\(third.process.errors)")
        #expect(third.stop() == 0)
    }

    @Test func theJobsOfAKilledServerAreNamed() throws {
        let directory = try TemporaryDirectory()
        let first = try TestServer(data: directory)
        let id = try first.train(Samples.long(epochs: 10_000))
        try first.wait(for: "the job to run") {
            try first.request("GET", "/jobs/\(id)").json["status"]?.asString == "running"
        }
        first.process.signal(SIGKILL)
        _ = first.process.wait()
        let second = try TestServer(data: directory, arguments: ["--log-format", "json"])
        let lines = second.process.errors.split(separator: "\n").compactMap { try? JSONParser.parse(String($0)) }
        let line = lines.first { $0["message"]?.asString == disorder }
        #expect(line?["jobs"]?.asString == id && line?["pid"]?.asInt == Int(first.process.pid), "\(lines)")
        try second.request("POST", "/jobs/\(id)/cancel")
        #expect(second.stop() == 0)
    }

    @Test func aSecondSignalIsAReason() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory, arguments: ["--stop-delay-seconds", "60"])
        server.process.signal(SIGTERM)
        try server.wait(for: "the first signal") { try server.request("GET", "/readyz").status == 503 }
        server.process.signal(SIGINT)
        #expect(server.process.wait() == 128 + SIGINT)
        let line = lastLine(server.process)
        #expect(
            line.contains(" critical the process ends: a second signal")
                && line.hasSuffix("exit_code=130 signal=SIGINT"),
            "\(line)")
        let next = try TestServer(data: directory)
        #expect(next.process.errors.contains("reason=\"a second signal did not wait for the orderly stop\""))
        #expect(next.stop() == 0)
    }

    /// 78 for what will be wrong tomorrow, 69 for what may pass: a supervisor need not try again after the first.
    @Test func aServerThatDoesNotStartSaysWhy() throws {
        let directory = try TemporaryDirectory()
        let running = try TestServer(data: directory)
        let file = try directory.write("", to: "file")
        let cases: [(arguments: [String], code: Int32, hint: String)] = [
            (["--prot", "1"], 78, "did you mean --port?"), (["--port", "x"], 78, "--port must be"),
            (["--config", directory.path + "/none.json"], 78, "none.json"),
            (["--host", "0.0.0.0"], 78, "--allow-anonymous"),
            (["--host", "300.1.1.1", "--allow-anonymous"], 78, "300.1.1.1"),
            (["--tls-certificate", "none.crt", "--tls-key", "none.key"], 78, "none."),
            (["--allowed-hosts", "http://a"], 78, "--allowed-hosts must be a list of names"),
            (["--port", "\(running.port)", "--data", directory.path + "/other"], 69, "cannot listen"),
            (["--port", "0", "--data", file + "/data"], 69, file),
        ]
        for item in cases {
            // Not the working directory's, for those that open it before they fail.
            let place = ["RONDO_DATA": directory.path + "/unused"]
            let process = try ChildProcess(["serve"] + item.arguments, in: directory, environment: place)
            #expect(process.wait() == item.code, "\(item.arguments): \(process.errors)")
            let line = lastLine(process)
            #expect(
                line.contains(" critical not started: ") && line.contains(item.hint)
                    && line.hasSuffix("exit_code=\(item.code)"), "\(item.arguments): \(process.errors)")
        }
        #expect(running.stop() == 0)
    }

    /// A fault of the program itself, here sent from outside: the line, and the signal as the end.
    @Test func aFaultOfTheProgramHasALastLine() throws {
        let directory = try TemporaryDirectory()
        for (number, name) in [(SIGILL, "SIGILL"), (SIGTRAP, "SIGTRAP"), (SIGSEGV, "SIGSEGV"), (SIGABRT, "SIGABRT")] {
            let server = try TestServer(data: directory, preparation: noBacktrace)
            server.process.signal(number)
            #expect(server.process.wait() == 128 + number)
            #expect(lastLine(server.process).hasSuffix("signal=\(name)"), "\(server.process.errors)")
        }
        let next = try TestServer(data: directory, arguments: ["--log-format", "json"], preparation: noBacktrace)
        next.process.signal(SIGSEGV)
        #expect(next.process.wait() == 128 + SIGSEGV)
        let line = try? JSONParser.parse(String(lastLine(next.process)))
        #expect(line?["signal"]?.asString == "SIGSEGV" && line?["level"]?.asString == "critical")
    }
}
