import JSON
import TestSupport
import Testing

/// `--format`: answers of every task as CSV, rows of JSON, the server's JSON, and tables.
@Suite(.serialized) struct OutputFormatTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func run(
        _ arguments: [String], terminal: Terminal? = nil
    ) throws -> (code: Int32, output: String, errors: String) {
        let process = try ChildProcess(
            arguments + ["--data", directory.path + "/data"], in: directory, outputTerminal: terminal)
        if let terminal { while process.isRunning { terminal.read() } }
        let code = process.wait()
        terminal?.read()
        return (code, process.output, process.errors)
    }

    private func train(_ request: String) throws {
        let file = try directory.write(request, to: "request.json")
        let train = try run(["train", file, "--quiet", "--set", "training.epochs=1"])
        #expect(train.code == 0, "\(train.errors)")
    }

    private func lines(_ arguments: [String]) throws -> [String] {
        let predict = try run(["predict"] + arguments)
        #expect(predict.code == 0 && predict.errors == "", "\(predict.errors)")
        return predict.output.split(separator: "\n").map(String.init)
    }

    /// Two shops with two channels each, and a covariate that is known ahead.
    private func trainShops() throws {
        func record(_ id: String, _ factor: Int) -> String {
            let sales = (0..<30).map { "\($0 * factor % 17 + 20)" }.joined(separator: ",")
            let returns = (0..<30).map { "\($0 * factor % 5)" }.joined(separator: ",")
            return #"{"id":"\#(id)","start":"2026-01-01","target":{"sales":[\#(sales)],"returns":[\#(returns)]}}"#
        }
        let sequences = "[\(record("north", 7)),\(record("south, east", 5))]"
        let options = #""forecast":{"frequency":"D","horizon":2},"network":{"hidden":4}"#
        try train(#"{"model":"shops",\#(options),"sequences":\#(sequences)}"#)
        _ = try directory.write(sequences, to: "shops.json")
    }

    @Test func forecastsOfSeveralSeriesAndChannels() throws {
        try trainShops()
        let ask = ["--model", "shops", "--file", directory.path + "/shops.json", "--horizon", "2"]
        let csv = try lines(ask + ["--format", "csv"])
        #expect(csv.count == 9 && csv[0] == "id,time,channel,mean,q0.1,q0.5,q0.9")
        #expect(csv[1].hasPrefix("north,2026-01-31,sales,") && csv[2].hasPrefix("north,2026-01-31,returns,"))
        #expect(csv[8].hasPrefix("\"south, east\",2026-02-01,returns,"), "\(csv)")
        // Every digit of the server's answer is there, and a stream writes the same rows.
        let json = try JSONParser.parse(try lines(ask + ["--format", "json"])[0])
        #expect(try lines(ask + ["--json"]).count == 1)
        let mean = try #require(json["predictions"]?[1]?["mean"]?[1]?[1])
        #expect(csv[8].split(separator: ",")[4] == mean.text)
        let streamed = try lines(ask + ["--format", "csv", "--stream"])
        #expect(streamed.sorted() == csv.sorted() && streamed[0] == csv[0])
        let rows = try lines(ask + ["--format", "ndjson"]).map { try JSONParser.parse($0) }
        #expect(rows.count == 8 && rows[7]["id"] == "south, east" && rows[7]["mean"] == mean)
        #expect(rows[7].object?.keys == ["id", "time", "channel", "mean", "q0.1", "q0.5", "q0.9"])
        let events = try lines(ask + ["--format", "ndjson", "--stream"]).map { try JSONParser.parse($0) }
        #expect(Set(events.map(\.text)) == Set(rows.map(\.text)))
        let samples = try lines(ask + ["--format", "csv", "--set", "samples=3", "--set", "quantiles=[0.25]"])
        #expect(samples[0] == "id,time,channel,mean,q0.25,sample_0,sample_1,sample_2", "\(samples[0])")
        #expect(samples[1].split(separator: ",").count == 8)
    }

    @Test func tablesFitTheTerminal() throws {
        try trainShops()
        let terminal = try Terminal(columns: 70)
        let ask = ["predict", "--model", "shops", "--file", directory.path + "/shops.json", "--horizon", "2"]
        #expect(try run(ask, terminal: terminal).code == 0)
        let table = terminal.lines
        #expect(table.count == 9 && table[0].hasPrefix("id           time        channel  "), "\(table)")
        #expect(table[1].hasPrefix("north        2026-01-31  sales    ") && table.allSatisfy { $0.count <= 70 })
        let places = Set(
            table.dropFirst().map { line in
                line.firstIndex(of: ".").map { line.distance(from: line.startIndex, to: $0) }
            })
        #expect(places.count == 1, "points stand below each other: \(table)")
        #expect(table[1].split(separator: " ").last.map { $0.count < 9 } == true, "five digits: \(table)")
        let stream = try Terminal(columns: 70)
        #expect(try run(ask + ["--stream"], terminal: stream).code == 0)
        #expect(stream.lines.count == 9 && stream.lines[0].hasPrefix("id     time        channel"), "\(stream.lines)")
    }

    @Test func aTerminalIsNotSteered() throws {
        try train(Samples.forecast)
        let sequence = #"{"id":"a\u001b[2Jb","target":[1,2,3,4]}"#
        let ask = ["predict", "--model", "wave", "--sequence", sequence, "--horizon", "2", "--format", "csv"]
        let terminal = try Terminal(columns: 80)
        #expect(try run(ask, terminal: terminal).code == 0)
        #expect(terminal.lines.count == 3 && terminal.lines[1].hasPrefix("a [2Jb,1,"), "\(terminal.lines)")
        #expect(try run(ask).output.contains("a\u{1B}[2Jb,1,"), "a file has what was sent")
    }

    @Test func otherTasks() throws {
        try train(Samples.classification)
        let words = try directory.write(#"["aab","zzy"]"#, to: "words.json")
        let ask = ["--model", "letters", "--file", words]
        for stream in [[], ["--stream"]] {
            let csv = try lines(ask + ["--format", "csv"] + stream)
            #expect(csv.count == 3 && csv[0] == "sequence,label,p_A,p_Z" && csv[2].hasPrefix("1,"), "\(csv)")
        }
        let table = try lines(ask)
        #expect(table.count == 3 && table[0].hasPrefix("sequence  label"), "\(table)")
        let one = try lines(["--model", "letters", "--sequence", "aab"])
        #expect(one.count == 3 && ["A", "Z"].contains(one[0]) && one[1].hasPrefix("  "), "\(one)")

        try train(Samples.reversal(epochs: 1))
        let reversed = try lines([
            "--model", "backwards", "--sequence", "abc", "--format", "csv", "--set", "n_best=2", "--beam-width", "2",
        ])
        #expect(reversed[0] == "sequence,rank,output,tokens,score,logprob,finish_reason" && reversed.count == 3)
        try train(Samples.sorting(epochs: 1))
        let order = try lines(["--model", "order", "--sequence", "[3,1,2]", "--format", "csv"])
        #expect(order[0] == "sequence,indices,score,logprob,finish_reason" && order[1].hasPrefix("0,\"["), "\(order)")
        let steps = try lines(["--model", "order", "--sequence", "[3,1,2]", "--format", "csv", "--stream"])
        #expect(steps[0] == "sequence,index,position,logprob" && steps.count > 1, "\(steps)")

        try train(Samples.language(epochs: 1))
        let text = try lines(["--model", "prose", "--prompt", "the", "--max-tokens", "5", "--format", "ndjson"])
        #expect(try JSONParser.parse(text[0]).object?.keys == ["sequence", "text", "tokens", "finish_reason"])
        let tokens = try lines(
            ["--model", "prose", "--prompt", "the", "--max-tokens", "5", "--format", "csv", "--stream"])
        #expect(tokens[0] == "sequence,index,token,text,logprob" && tokens.count == 6, "\(tokens)")
        let score = try lines(
            ["--model", "prose", "--sequence", "the", "--set", "score=true", "--format", "csv"])
        #expect(score[0] == "sequence,step,token,logprob,perplexity,bits_per_token" && score.count == 4, "\(score)")
    }

    @Test func numbersAndTagsForSteps() throws {
        let pairs = (0..<20).map { #"{"input":[\#($0),\#($0 + 1),\#($0 % 3)],"target":[\#($0),\#(2 * $0)]}"# }
        try train(
            #"{"model":"sums","network":{"hidden":4},"sequences":[\#(pairs.joined(separator: ","))]}"#)
        let values = try lines(["--model", "sums", "--sequence", "[1,2,3]", "--format", "csv"])
        #expect(values[0] == "sequence,value_0,value_1" && values.count == 2, "\(values)")
        let tagged = (0..<20).map { _ in #"{"input":"ab","target":["x","y"]}"# }
        try train(#"{"model":"tags","network":{"hidden":4},"sequences":[\#(tagged.joined(separator: ","))]}"#)
        let tags = try run(["predict", "--model", "tags", "--sequence", "abz", "--format", "csv"])
        #expect(tags.output.hasPrefix("sequence,step,label,probability\n0,1,") && tags.code == 0, "\(tags)")
        #expect(tags.errors.contains("\"z\" at token 2 is not in the model's vocabulary"), "\(tags.errors)")
    }

    @Test func listsOfModelsAndJobs() throws {
        #expect(try run(["models", "--format", "csv", "--url", "unix:/nothing"]).code == 1)
        try train(Samples.forecast)
        let models = try run(["models", "--format", "csv"])
        #expect(
            models.output.hasPrefix("name,task,stable,versions,labels,skill,updated_at\nwave,forecast,1,1,stable=1,"))
        let jobs = try run(["jobs", "--format", "csv"]).output.split(separator: "\n")
        #expect(jobs.count == 2 && jobs[0].hasPrefix("id,status,model,version,task,created_at,"), "\(jobs)")
        #expect(jobs[1].contains(",succeeded,wave,1,forecast,2"))
        for list in ["models", "jobs"] {
            let line = try run([list, "--format", "ndjson"]).output
            #expect(try JSONParser.parse(line)["object"]?.asString == String(list.dropLast()))
            #expect(try JSONParser.parse(run([list, "--format", "json"]).output)[list]?.elements?.count == 1)
            let both = try run([list, "--format", "csv", "--json"])
            #expect(both.code == 64 && both.errors.contains("--json and --format csv are two answers"), "\(both)")
        }
        let unknown = try run(["models", "--format", "yaml"])
        #expect(unknown.code == 64 && unknown.errors.contains("'table', 'json', 'ndjson'"), "\(unknown.errors)")
    }

    /// A reader that has seen enough ends the command without a word, even where its starter ignores SIGPIPE.
    @Test func aReaderThatLeavesEndsTheCommand() throws {
        try train(Samples.forecast)
        let command =
            "'\(RondoBinary.path)' predict --model wave --sequence 1,2,3,4 --horizon 10000 --format csv --stream"
            + " --data '\(directory.path)/data'"
        for start in ["", "trap '' PIPE; "] {
            let result = Shell.run("bash -c \"\(start)\(command) | head -n 2; echo \\${PIPESTATUS[0]}\"")
            let lines = result.output.split(separator: "\n")
            #expect(
                lines.count == 3 && lines.first == "sequence,step,mean,q0.1,q0.5,q0.9" && lines.last == "141",
                "\(result)")
        }
    }
}
