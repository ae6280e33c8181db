import Glibc
import JSON
import TestSupport
import Testing

/// What commands say when something is wrong: the cause, and what would be right.
@Suite(.serialized) struct CommandFaultTests {
    @Test func faultsAreExplained() throws {
        let directory = try TemporaryDirectory()
        let data = ["--data", directory.path + "/data"]
        let numbers = try directory.write("1,2\n3,4\n", to: "numbers.csv")
        _ = try TestServer(data: directory).stop()
        let cases: [(arguments: [String], hint: String)] = [
            (["train", directory.path, "--model", "m"] + data, "Is a directory"),
            (["train", directory.path + "/nothing", "--model", "m"] + data, "does not exist"),
            (
                ["train", numbers, "--model", "m"] + data,
                "question: \(numbers): which column is to be forecast?"
            ),
            (["health", "--url", "http://127.0.0.1:99999"], "1 to 65535"),
            (["health", "--url", "http://127.0.0.1:"], "1 to 65535"),
            (["health", "--url", "http://:8080"], "expected http://host:port"),
            (["health", "--url", "127.0.0.1:8080"], "expected http://host:port"),
            (["health", "--url", "ftp://127.0.0.1"], "only http://, https:// and unix:"),
            (["jobs", "--limit", "-1"] + data, "between 1 and"),
            (["predict", "--model", "m", "--sequence", "-1,2", "--horizon", "-3"] + data, "no model \"m\""),
        ]
        for item in cases {
            let process = try ChildProcess(item.arguments, in: directory)
            #expect(process.wait() != 0 && process.errors.contains(item.hint), "\(item.arguments): \(process.errors)")
        }
    }

    @Test func lookingMakesNoDirectory() throws {
        let directory = try TemporaryDirectory()
        let place = directory.path + "/nodir"
        for arguments in [["models"], ["jobs"], ["predict", "--model", "m", "--sequence", "[1]"]] {
            let process = try ChildProcess(arguments + ["--data", place], in: directory)
            #expect(process.wait() != 0 && process.errors.contains("no data directory"), "\(process.errors)")
            #expect(access(place, F_OK) != 0)
        }
    }

    @Test func anUnknownInstructionSetIsRefused() throws {
        let directory = try TemporaryDirectory()
        for name in ["foo", "", "AVX2"] {
            let process = try ChildProcess(
                ["serve", "--port", "0", "--data", directory.path + "/data"], in: directory,
                environment: ["RONDO_ISA": name])
            #expect(
                process.wait() != 0 && process.errors.contains("RONDO_ISA") && process.errors.contains("scalar"),
                "\(process.errors)")
        }
        let bench = try ChildProcess(["bench"], in: directory, environment: ["RONDO_ISA": "foo"])
        #expect(bench.wait() != 0 && bench.errors.contains("possible are"), "\(bench.errors)")
        let process = try ChildProcess(
            ["models", "--data", directory.path], in: directory, environment: ["RONDO_ISA": "scalar"])
        #expect(process.wait() == 0, "\(process.errors)")
    }

    @Test func columnsAreAccountedFor() throws {
        let directory = try TemporaryDirectory()
        let data = ["--data", directory.path + "/data", "--set", "training.epochs=1", "--set", "network.hidden=4"]
        let rows = (0..<200).map { "\($0),\($0 % 7),x,\($0 % 2)" }.joined(separator: "\n")
        let file = try directory.write("day,value,kind,shop\n\(rows)\n", to: "table.csv")
        let train = try ChildProcess(["train", file, "--model", "m", "--group", "shop"] + data, in: directory)
        #expect(
            train.wait() == 0
                && train.errors.contains("time: day (steps), id: shop, target: value, left out: kind (constant)\n"),
            "\(train.errors)")
        #expect(train.output.hasPrefix("metric") && !train.output.contains("\"settings\""))
        let json = try ChildProcess(
            ["train", file, "--model", "m", "--columns", "value", "--json"] + data, in: directory)
        #expect(json.wait() == 0 && json.output.contains("\"settings\""))
    }

    /// The live line never wraps: a wrapped one could not be written over.
    @Test(arguments: [30, 60, 100]) func progressFitsTheTerminal(columns: Int) throws {
        let directory = try TemporaryDirectory()
        let terminal = try Terminal(columns: UInt16(columns))
        let file = try directory.write(Samples.language("prose", epochs: 4), to: "prose.json")
        let train = try ChildProcess(
            ["train", file, "--data", directory.path + "/data"], in: directory, terminal: terminal)
        while train.isRunning {
            terminal.read()
            usleep(2000)
        }
        terminal.read()
        #expect(train.wait() == 0)
        let progress = terminal.lines.filter { $0.contains("█") || $0.contains("░") }
        #expect(!progress.isEmpty && progress.allSatisfy { $0.count < columns }, "\(progress)")
        #expect(progress.contains { $0.contains("100 %") })
    }

    /// A command that looks says what is true of a job whose process died, which then goes on.
    @Test func aDeadJobIsNotShownAsRunning() throws {
        let directory = try TemporaryDirectory()
        let data = ["--data", directory.path + "/data"]
        let train = try ChildProcess(
            ["train", try directory.write(Samples.long(), to: "long.json")] + data, in: directory)
        for _ in 0..<1000 where !train.errors.contains("checkpoint at step") { usleep(10_000) }
        train.signal(SIGKILL)
        _ = train.wait()
        let jobs = try ChildProcess(["jobs"] + data, in: directory)
        #expect(
            jobs.wait() == 0 && jobs.output.contains("  queued") && !jobs.output.contains("running"), "\(jobs.output)")
        let id = try #require(jobs.output.split { $0.isWhitespace }.map(String.init).first { $0.hasPrefix("job_") })
        let resumed = try ChildProcess(["train", "--resume", id] + data, in: directory)
        #expect(resumed.wait() == 0, "\(resumed.errors)")
        #expect(resumed.errors.contains("succeeded"), "\(resumed.errors)")
        #expect(resumed.output.hasPrefix("metric") && !resumed.output.contains("\"settings\""))
    }
}
