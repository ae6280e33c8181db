import ArgumentParser
import CommandData
import JSON

/// `rondo jobs`.
struct JobsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobs", abstract: "Lists jobs; shows, watches, pauses, resumes, cancels or retries one.",
        subcommands: [
            List.self, Show.self, Watch.self, Gradients.self, Pause.self, Resume.self, Cancel.self, Retry.self,
        ],
        defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists jobs, newest first.",
            usage: "rondo jobs [list] [--status STATUS] [--model NAME] [--limit N]")

        @Option(help: "Only jobs with this status: queued, running, paused, succeeded, failed or cancelled.")
        var status: String?

        @Option(help: "Only jobs of this model.")
        var model: String?

        @Option(parsing: .unconditional, help: "Maximum number of jobs.")
        var limit = 20

        @Option(help: "How jobs are written: table (default), json (the server's own), ndjson or csv.")
        var format: OutputFormat?

        @Flag(help: "The same as --format json.")
        var json = false

        @OptionGroup var server: ServerOptions

        /// What is not another command: `rondo jobs ID` shows a job.
        @Argument(help: .hidden)
        var words: [String] = []

        func validate() throws {
            guard let word = words.first else { return }
            let names = ["list", "show", "watch", "gradients", "pause", "resume", "cancel", "retry"]
            guard word.hasPrefix("job_"), words.count == 1 else {
                let hint =
                    Spelling.closest(to: word, among: names).map { "did you mean \($0)?" }
                    ?? "there are: " + names.joined(separator: ", ")
                throw ValidationError("There is no command \"rondo jobs \(word)\"; \(hint)")
            }
        }

        func run() async throws {
            let format = try OutputFormat.chosen(format, isJSON: json)
            if let id = words.first { return try await JobsCommand.show(id, format, server) }
            let path = HTTPClient.path(
                ["jobs"], query: [("limit", "\(limit)"), ("status", status), ("model", model)])
            let answer = try await server.json("GET", path)
            let jobs = answer["jobs"]?.elements ?? []
            try format.write(answer, objects: jobs, rows: JobDisplay.rows(jobs)) { JobDisplay.list(jobs) }
            if format != .json, answer["has_more"]?.asBool == true {
                StandardError.write("there are more: --limit shows them\n")
            }
        }
    }

    /// A job of which something is wanted.
    struct Target: ParsableArguments {
        @Argument(help: "Id of the job.", completion: .shellCommand(JobsCommand.idsCommand))
        var id: String

        @Flag(help: "Write the server's JSON.")
        var json = false

        @OptionGroup var server: ServerOptions
    }

    /// Prints the ids of the newest jobs, for a shell that completes one.
    static let idsCommand = "rondo jobs list --limit 50 2>/dev/null | tail -n +2 | cut -d' ' -f1"

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows a job: its state, settings, result, and how to go on.")
        @OptionGroup var target: Target

        func run() async throws { try await JobsCommand.show(target.id, target.json ? .json : .table, target.server) }
    }

    struct Watch: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows a job's progress until it ends. Ctrl-C stops watching, not the job.")
        @OptionGroup var target: Target

        func run() async throws {
            let (id, isJSON) = (target.id, target.json)
            StandardOutput.endsWithItsReader()
            let job = try await target.server.withClient { client, _ in
                try await ServerOptions.blocking {
                    let display = TrainingDisplay()
                    try client.lines("GET", HTTPClient.path(["jobs", id, "events"])) { event in
                        if isJSON { StandardOutput.write(event.text + "\n") } else { display.show(event) }
                        return event["status"]?.asString != "paused"
                    }
                    return try client.json("GET", HTTPClient.path(["jobs", id]))
                }
            }
            guard job["status"]?.asString != "failed" else {
                throw ClientError(description: "the training failed: \(job["error"]?["detail"]?.asString ?? "")")
            }
        }
    }

    struct Gradients: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows how far back the gradient of a job reaches: its norm by time lag.",
            discussion: """
                A row for each measurement, a column for each lag. Norms that fall by a factor of a million mean that \
                nothing is learned from so far back.
                """)
        @OptionGroup var target: Target

        func run() async throws {
            let answer = try await target.server.json(
                "GET", HTTPClient.path(["jobs", target.id, "gradients"]))
            if target.json { return StandardOutput.write(answer.text + "\n") }
            JobDisplay.gradients(answer["pictures"]?.elements ?? [])
        }
    }

    struct Pause: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Saves a checkpoint of a running job and pauses it.")
        @OptionGroup var target: Target

        func run() async throws { try await JobsCommand.change(target, "pause") }
    }

    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Puts a paused job back into the queue of its server. (Without one: rondo train --resume ID.)")
        @OptionGroup var target: Target

        func run() async throws { try await JobsCommand.change(target, "resume") }
    }

    struct Cancel: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Ends a job for good.")
        @OptionGroup var target: Target

        func run() async throws { try await JobsCommand.change(target, "cancel") }
    }

    struct Retry: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Queues a failed or cancelled job again, as a new one that goes on from its checkpoint.")
        @OptionGroup var target: Target

        func run() async throws { try await JobsCommand.change(target, "retry") }
    }

    private static func show(_ id: String, _ format: OutputFormat, _ server: ServerOptions) async throws {
        let job = try await server.json("GET", HTTPClient.path(["jobs", id]))
        try format.write(job, objects: [job], rows: JobDisplay.rows([job])) { JobDisplay.show(job) }
    }

    private static func change(_ target: Target, _ action: String) async throws {
        let job = try await target.server.json("POST", HTTPClient.path(["jobs", target.id, action]))
        if target.json { return StandardOutput.write(job.text + "\n") }
        let status = job["status"]?.asString ?? ""
        // A running job obeys after its present step.
        let wish = status == "running" && action != "resume" ? "; it will \(action) after its present step" : ""
        StandardOutput.write("\(job["id"]?.asString ?? target.id): \(status)\(wish)\n")
    }
}
