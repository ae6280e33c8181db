import Glibc
import JSON
import TestSupport
import Testing

/// The commands, on a data directory of their own and against a server.
@Suite(.serialized) struct CommandTests {
    @Test func trainAndPredictWithoutAServer() throws {
        let directory = try TemporaryDirectory()
        let data = ["--data", directory.path + "/data"]
        let rows = Samples.series.split(separator: ",").enumerated().map { "\($0.offset),\($0.element)" }
            .joined(separator: "\n")
        let file = try directory.write("day,value\n" + rows + "\n", to: "wave.csv")
        let train = try ChildProcess(
            ["train", file, "--model", "wave", "--set", "training.epochs=3", "--set", "network.hidden=8"] + data,
            in: directory)
        #expect(train.wait() == 0, "\(train.errors)")
        #expect(train.errors.contains("wave@1"))
        let predict = try ChildProcess(
            ["predict", "--model", "wave", "--file", file, "--horizon", "3"] + data, in: directory)
        #expect(predict.wait() == 0, "\(predict.errors)")
        #expect(predict.output.split(separator: "\n").count == 4)
        let models = try ChildProcess(["models"] + data, in: directory)
        #expect(models.wait() == 0 && models.output.contains("wave   forecast  1"))
        let wrong = try ChildProcess(
            ["predict", "--model", "wave", "--sequence", "[1,2]", "--horizon", "0"] + data, in: directory)
        #expect(wrong.wait() != 0 && wrong.errors.contains("/horizon"))
    }

    @Test func tablesKeepEveryDigit() throws {
        let directory = try TemporaryDirectory()
        let data = ["--data", directory.path + "/data"]
        let file = try directory.write("value\n" + Samples.farSeries.joined(separator: "\n") + "\n", to: "far.csv")
        let train = try ChildProcess(
            ["train", file, "--model", "far", "--set", "training.epochs=4", "--set", "network.hidden=8"] + data,
            in: directory)
        #expect(train.wait() == 0, "\(train.errors)")
        let predict = try ChildProcess(
            ["predict", "--model", "far", "--file", file, "--horizon", "8", "--json"] + data, in: directory)
        #expect(predict.wait() == 0, "\(predict.errors)")
        let mean = try #require(JSONParser.parse(predict.output)["predictions"]?[0]?["mean"]?.asNumbers)
        for (step, value) in mean.enumerated() { #expect(abs(value - (1e9 + Samples.farShape[step])) < 0.2) }
    }

    @Test func commandsAgainstAServer() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        let url = ["--url", "http://127.0.0.1:\(server.port)"]
        let health = try ChildProcess(["health"] + url, in: directory)
        #expect(health.wait() == 0 && health.output == "ready\n")
        let file = try directory.write(Samples.text, to: "prose.txt")
        let train = try ChildProcess(
            ["train", file, "--model", "prose", "--set", "training.epochs=1"] + url, in: directory)
        #expect(train.wait() == 0, "\(train.errors)")
        let predict = try ChildProcess(
            ["predict", "--model", "prose", "--prompt", "the", "--max-tokens", "9", "--stream"] + url, in: directory)
        #expect(predict.wait() == 0 && predict.output.count >= 9)
        let jobs = try ChildProcess(["jobs"] + url, in: directory)
        #expect(jobs.wait() == 0 && jobs.output.contains("succeeded  prose"))
    }

    @Test func commandsSpeakOverASocketFile() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/rondo.sock"
        func health(_ url: String) throws -> (code: Int32, text: String) {
            let process = try ChildProcess(["health", "--url", url], in: directory)
            return (process.wait(), process.output + process.errors)
        }
        let missing = try health("unix:" + path)
        #expect(
            missing.code != 0 && missing.text.contains("no server at unix:\(path): there is no such file"),
            "\(missing.text)")
        let server = try TestServer(data: directory, arguments: ["--socket", path])
        #expect(try health("unix:" + path) == (0, "ready\n"))
        #expect(try health("unix://" + path) == (0, "ready\n"))
        let file = try directory.write(Samples.text, to: "prose.txt")
        let url = ["--url", "unix:" + path]
        let train = try ChildProcess(
            ["train", file, "--model", "prose", "--set", "training.epochs=1"] + url, in: directory)
        #expect(train.wait() == 0 && train.errors.contains("prose@1"), "\(train.errors)")
        let jobs = try ChildProcess(["jobs"], in: directory, environment: ["RONDO_URL": "unix:" + path])
        #expect(jobs.wait() == 0 && jobs.output.contains("succeeded  prose"), "\(jobs.errors)")
        server.process.signal(SIGKILL)
        _ = server.process.wait()
        let dead = try health("unix:" + path)
        #expect(dead.code != 0 && dead.text.contains("nobody listens there"), "\(dead.text)")
        let long = try health("unix:/" + String(repeating: "x", count: 200))
        #expect(long.code != 0 && long.text.contains("at most 107 bytes"), "\(long.text)")
        #expect(try health("unix:").text.contains("expected unix:/path"))
        #expect(try health("ftp://a").text.contains("only http://, https:// and unix: are spoken"))
    }

    @Test func interruptPausesAndResumes() throws {
        let directory = try TemporaryDirectory()
        let data = ["--data", directory.path + "/data"]
        let file = try directory.write(Samples.long(), to: "long.json")
        let train = try ChildProcess(["train", file] + data, in: directory)
        for _ in 0..<1000 where !train.errors.contains("checkpoint at step") { usleep(10_000) }
        train.signal(SIGINT)
        #expect(train.wait() == 130, "\(train.errors)")
        let command = try #require(train.errors.split(separator: "--resume ").last).prefix { $0 != " " }
        let resumed = try ChildProcess(["train", "--resume", String(command)] + data, in: directory)
        #expect(resumed.wait() == 0, "\(resumed.errors)")
        #expect(
            resumed.errors.contains("queued") && !resumed.errors.contains("paused"),
            "history is told once: \(resumed.errors)")
    }

    @Test func wrongConfigurationIsRefused() throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write(#"{"prt": 1}"#, to: "rondo.json")
        let cases: [(arguments: [String], environment: [String: String], hint: String)] = [
            (["--config", file], [:], "port"), (["--prt", "1"], [:], "--port"), (["--port", "70000"], [:], "65535"),
            ([], ["RONDO_PROT": "1"], "RONDO_PORT"),
            (["--host", "0.0.0.0"], [:], "--allow-anonymous"), (["--port"], [:], "needs a value"),
        ]
        for item in cases {
            let place = ["RONDO_DATA": directory.path + "/unused"]
            let process = try ChildProcess(
                ["serve"] + item.arguments, in: directory, environment: item.environment.merging(place) { $1 })
            #expect(process.wait() != 0)
            #expect(process.errors.contains(item.hint), "\(item.arguments): \(process.errors)")
        }
    }
}
