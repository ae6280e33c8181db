import ArgumentParser
import CommandData
import JSON
import SequenceService

/// `rondo train FILE`.
struct TrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Trains a model on a file and shows its progress.",
        usage: """
            rondo train FILE [--model NAME] [--set MEMBER=VALUE ...]
            rondo train --resume JOB
            """,
        discussion: """
            FILE: a table (.csv, .tsv: what its columns are is found out and shown, or asked), .ndjson (a sequence or \
            record per line), .json (a training request, an array of sequences or records, or one record); anything \
            else is a text. Pipes and - (standard input) are read, and what is compressed with gzip. A question ends \
            with exit code 2 and the options that answer it.

            Ctrl-C saves a checkpoint and pauses the job; with --url it only stops watching. Again Ctrl-C ends at once.
            """)

    @OptionGroup var input: TrainingInput

    @Option(help: "Go on with a paused job instead.", completion: .shellCommand(JobsCommand.idsCommand))
    var resume: String?

    @Flag(help: "Write the finished job as the server's JSON.")
    var json = false

    @Flag(name: [.short, .long], help: "Write only warnings, errors and the result.")
    var quiet = false

    @OptionGroup var server: ServerOptions

    func validate() throws {
        guard input.file != nil || resume != nil else { throw ValidationError("Missing expected argument '<file>'") }
        guard input.file == nil || resume == nil else {
            throw ValidationError("--resume goes on with a job, which has its data: leave \(input.file ?? "") out.")
        }
    }

    func run() async throws {
        let isQuiet = quiet, resume = resume
        let said = resume == nil ? try input.request { if !isQuiet { StandardError.write($0 + "\n") } } : nil
        let signals = StopSignals()
        let job = try await server.withClient(runsJobs: true) { client, isLocal in
            let (id, after) = try await ServerOptions.blocking {
                if let resume { return (resume, try Self.resume(resume, client)) }
                let job = try ClientError.placing(in: said?.places) {
                    try client.send(said?.body ?? [], "POST", "/train")
                }
                return (job["id"]?.asString ?? "", 0)
            }
            if !isQuiet { StandardError.write("job \(id)\n") }
            let interrupt = Task {
                guard let signal = await signals.first() else { return }
                try await Self.interrupt(id, client, isLocal, signal)
            }
            defer { interrupt.cancel() }
            return try await ServerOptions.blocking {
                let display = TrainingDisplay(isQuiet: isQuiet)
                let events = HTTPClient.path(["jobs", id, "events"], query: [("after", "\(after)")])
                try client.lines("GET", events) { event in
                    display.show(event)
                    return event["status"]?.asString != "paused"
                }
                return try client.json("GET", HTTPClient.path(["jobs", id]))
            }
        }
        try report(job)
    }

    /// Puts a paused job back into the queue; one whose process died is there, or soon will be.
    ///
    /// - Returns: the id of its last event before, so that its history is not told again.
    private static func resume(_ id: String, _ client: HTTPClient) throws -> Int {
        var last = 0
        try client.lines("GET", HTTPClient.path(["jobs", id, "events"], query: [("follow", "false")])) { event in
            last = event["id"]?.asInt ?? last
            return true
        }
        let status = try client.json("GET", HTTPClient.path(["jobs", id]))["status"]?.asString
        if status != "queued" && status != "running" {
            _ = try client.json("POST", HTTPClient.path(["jobs", id, "resume"]))
        }
        return last
    }

    /// The first Ctrl-C: pause a job of our own, leave a server's job alone.
    private static func interrupt(_ id: String, _ client: HTTPClient, _ isLocal: Bool, _ signal: Int32) async throws {
        guard isLocal else {
            StandardError.write(
                "\njob \(id) goes on; rondo jobs watch \(id) shows it again, rondo jobs cancel \(id) would end it\n")
            ProcessEnd.now(128 + signal)
        }
        StandardError.write("\nsaving a checkpoint\n")
        _ = try await ServerOptions.blocking { try client.json("POST", HTTPClient.path(["jobs", id, "pause"])) }
    }

    private func report(_ job: JSONValue) throws {
        let id = job["id"]?.asString ?? ""
        switch job["status"]?.asString {
        case "succeeded":
            let result = job["result"] ?? .null, model = job["model"]?.asString ?? ""
            let verdict = "\(model)@\(result["version"]?.asInt ?? 0): \(result["verdict"]?.asString ?? "")\n"
            if !quiet {
                StandardError.write(verdict)
                if let promotion = result["promotion"]?.asString { StandardError.write(promotion + "\n") }
            }
            if json { StandardOutput.write(job.text + "\n") } else { ModelDisplay.metrics(result) }
            guard !quiet else { return }
            let isStable = result["promoted"]?.asBool == true
            StandardError.write(
                NextStep.prediction(
                    job["task"]?.asString ?? "", model: isStable ? model : "\(model)@\(result["version"]?.asInt ?? 0)",
                    file: input.file, server) + "\n")
        case "paused":
            StandardError.write("paused with a checkpoint; go on with: rondo train --resume \(id)\(server.words)\n")
            throw ExitCode(130)
        case "failed":
            throw ClientError(description: "the training failed: \(job["error"]?["detail"]?.asString ?? "")")
        case let status:
            throw ClientError(description: "the job is \(status ?? "gone")")
        }
    }
}
