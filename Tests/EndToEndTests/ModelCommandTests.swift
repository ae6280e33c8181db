import Glibc
import JSON
import TestSupport
import Testing

/// What commands do with trained models and with jobs, against one server.
@Suite(.serialized) struct ModelCommandTests {
    private struct Place {
        let directory: TemporaryDirectory
        let server: TestServer

        init() throws {
            directory = try TemporaryDirectory()
            server = try TestServer(data: directory)
        }

        /// Runs a command in the test's directory.
        func run(_ arguments: String..., code: Int32 = 0) throws -> (output: String, errors: String) {
            let process = try ChildProcess(
                arguments, in: directory, environment: ["RONDO_URL": "http://127.0.0.1:\(server.port)"],
                preparation: "cd '\(directory.path)'")
            #expect(process.wait() == code, "\(arguments): \(process.output)\(process.errors)")
            return (process.output, process.errors)
        }
    }

    private static let quick = ["--set", "training.epochs=2", "--set", "network.hidden=4"]

    @Test func aFileBecomesAModelAndTheNextStepIsSaid() throws {
        let place = try Place()
        let rows = Samples.series.replacing(",", with: "\n")
        _ = try place.directory.write("value\n" + rows + "\n", to: "Tide levels.csv")
        let train = try place.run(
            "train", "Tide levels.csv", Self.quick[0], Self.quick[1], Self.quick[2], Self.quick[3])
        #expect(train.errors.contains("model Tide-levels, as the file"), "\(train.errors)")
        #expect(train.errors.contains("measuring: "), "the end explains itself: \(train.errors)")
        #expect(train.output.hasPrefix("metric") && train.output.contains("mase"), "\(train.output)")
        let next = try #require(train.errors.split(separator: "\n").last { $0.hasPrefix("next: ") })
        #expect(next == "next: rondo predict --model Tide-levels --file 'Tide levels.csv'")
        // What it says works.
        let answer = try place.run("predict", "--model", "Tide-levels", "--file", "Tide levels.csv").output
        #expect(answer.contains("value"))

        let quiet = try place.run(
            "train", "Tide levels.csv", "--quiet", Self.quick[0], Self.quick[1], Self.quick[2], Self.quick[3])
        #expect(quiet.errors == "" && quiet.output.hasPrefix("metric"), "\(quiet)")

        let jobs = try place.run("jobs").output.split(separator: "\n")
        #expect(
            jobs.count == 3 && jobs[0].hasPrefix("id    ") && jobs[1].contains("  succeeded  Tide-levels  "))
        let column = try #require(jobs[0].firstRange(of: "model")?.lowerBound)
        let distance = jobs[0].distance(from: jobs[0].startIndex, to: column)
        #expect(jobs.dropFirst().allSatisfy { $0.dropFirst(distance).hasPrefix("Tide-levels") })
        #expect(try JSONParser.parse(place.run("jobs", "--json").output)["jobs"]?.elements?.count == 2)
        let id = String(jobs[1].prefix { $0 != " " })
        #expect(try place.run("jobs", "show", id).output.contains("verdict"))
        #expect(try place.run("jobs", id, "--json").output.contains(#""settings":{"#))
        #expect(try place.run("jobs", "gradients", id).output.contains("lag 0"))
        let watched = try place.run("jobs", "watch", id)
        #expect(watched.errors.contains("running") && watched.errors.hasSuffix("succeeded\n"), "\(watched.errors)")
        #expect(try place.run("jobs", "cancel", id, code: 1).errors.contains("succeeded"))
    }

    @Test func versionsAreComparedLabelledExportedImportedAndDeleted() throws {
        let place = try Place()
        let rows = Samples.series.replacing(",", with: "\n")
        _ = try place.directory.write("value\n" + rows + "\n", to: "wave.csv")
        for hidden in [4, 6] {
            _ = try place.run(
                "train", "wave.csv", "-q", "--set", "training.epochs=1", "--set", "network.hidden=\(hidden)")
        }
        let list = try place.run("models").output.split(separator: "\n")
        #expect(list.count == 2 && list[0].hasPrefix("model  task") && list[1].hasPrefix("wave   forecast  1-2"))
        let compared = try place.run("models", "compare", "wave").output
        #expect(compared.contains("wave@1") && compared.contains("wave@2") && compared.contains("mase"))
        let differing = compared.split(separator: "\n").filter { $0.hasPrefix("network.") || $0.hasPrefix("training.") }
        #expect(differing.map { $0.split(separator: " ").map(String.init) } == [["network.hidden", "4", "6"]])

        #expect(try place.run("models", "labels", "wave", "beta=1", "stable=2").output == "beta=1\nstable=2\n")
        #expect(try place.run("models", "labels", "wave", "beta=").output == "stable=2\n")
        #expect(
            try place.run("models", "labels", "wave", "beta", code: 64).errors.contains("Usage: rondo models labels"))

        #expect(try place.run("models", "export", "wave@1").errors.contains("in wave-1.safetensors"))
        #expect(try place.run("models", "export", "wave@1", code: 1).errors.contains("--force"))
        #expect(try place.run("models", "export", "wave@9", code: 1).errors.contains("there are: 1, 2, stable"))
        _ = try place.run("models", "export", "wave", "--onnx", "-o", "net.onnx")
        let copied = try place.run("models", "import", "wave-1.safetensors", "--model", "copy")
        #expect(copied.output == "copy@1: forecast\n" && copied.errors.contains("next: rondo predict --model copy@1"))
        #expect(try place.run("models", "import", "net.onnx", code: 1).errors.contains("safetensors"))

        #expect(try place.run("models", "delete", "wave", code: 1).errors.contains("--yes"), "nobody can be asked")
        #expect(try place.run("models", "delete", "wave@1", "--yes").errors == "deleted wave@1\n")
        #expect(try place.run("models", "delete", "copy", "--yes").errors == "deleted copy with 1 version\n")
        #expect(try place.run("models").output.split(separator: "\n").last?.hasPrefix("wave   forecast  2") == true)
    }

    /// A usage line is that of the command that was given, and names what it takes.
    @Test func usageNamesTheCommand() throws {
        let place = try Place()
        let cases: [(arguments: [String], hint: String)] = [
            (["train"], "Usage: rondo train FILE"), (["validate"], "Usage: rondo validate FILE"),
            (["jobs", "show"], "Usage: rondo jobs show <id>"), (["jobs", "cancle", "x"], "did you mean cancel?"),
            (["jobs", "cancle"], "Usage: rondo jobs [list]"), (["models", "exprt", "x"], "did you mean export?"),
            (["models", "export"], "Usage: rondo models export <name>"), (["completion", "tcsh"], "bash, zsh or fish"),
            (["train", "a.csv", "--resume", "job_1"], "leave a.csv out"),
        ]
        for item in cases {
            let process = try ChildProcess(item.arguments, in: place.directory)
            #expect(process.wait() == 64 && process.errors.contains(item.hint), "\(item.arguments): \(process.errors)")
        }
        // A name goes into a path as it is, and is not found there.
        #expect(try place.run("models", "show", "a b/../c?d#e", code: 1).errors.contains("Error: "))
    }

    @Test func aCheckLeavesNothing() throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write("value\n" + Samples.series.replacing(",", with: "\n") + "\n", to: "wave.csv")
        let data = directory.path + "/none"
        let process = try ChildProcess(
            ["validate", file, "--set", "network.hidden=12", "--data", data], in: directory,
            environment: ["TMPDIR": directory.path])
        #expect(process.wait() == 0, "\(process.errors)")
        #expect(process.output.contains("network.hidden") && process.output.contains("parameters"), "\(process.output)")
        #expect(access(data, F_OK) != 0)
        #expect(
            TemporaryDirectory.names(in: directory.path).allSatisfy { !$0.hasPrefix("rondo-") }, "a scratch directory")
        let wrong = try ChildProcess(
            ["validate", file, "--set", "network.hiden=12", "--data", data], in: directory,
            environment: ["TMPDIR": directory.path])
        #expect(wrong.wait() == 1 && wrong.errors.contains("hidden"), "\(wrong.errors)")
    }

    @Test(arguments: ["bash", "zsh", "fish"]) func shellsComplete(shell: String) throws {
        let directory = try TemporaryDirectory()
        let process = try ChildProcess(["completion", shell], in: directory)
        #expect(process.wait() == 0 && process.output.contains("gradients") && process.output.contains("validate"))
        guard shell == "bash" else { return }
        let script = try directory.write(process.output, to: "rondo.bash")
        let call = "COMP_WORDS=(rondo jobs ca); COMP_CWORD=2; _rondo rondo ca jobs"
        let words = Shell.run("bash -c 'source \(script); \(call); echo \"${COMPREPLY[@]}\"'")
        #expect(words.output == "cancel\n", "\(words)")
    }

    @Test func theManualHasEveryCommand() throws {
        let directory = try TemporaryDirectory()
        let process = try ChildProcess(["man"], in: directory)
        #expect(process.wait() == 0 && process.output.hasPrefix(".TH RONDO 1"))
        for command in ["serve", "train [<file>]", "jobs gradients <id>", "models export <name>", "keys add <name>"] {
            #expect(process.output.contains(".SS rondo \(command)\n"), "\(command)")
        }
        // A line that begins with a point is one of these requests.
        let requests = Set(
            process.output.split(separator: "\n").filter { $0.first == "." }.map { $0.prefix { $0 != " " } })
        #expect(requests.isSubset(of: [".TH", ".SH", ".SS", ".TP", ".PP", ".B", ".I", ".RI"]), "\(requests)")
    }
}
