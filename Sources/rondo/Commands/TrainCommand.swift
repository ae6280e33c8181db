import ArgumentParser
import JSON
import SequenceService

/// `rondo train FILE --model NAME`.
struct TrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Trains a model on a file and shows how it goes.",
        discussion: """
            FILE: .csv or .tsv (header row; numeric columns become channels), .ndjson (a sequence a line), .json (a training request, \
            or an array of sequences), anything else is a text.

            Ctrl-C saves a checkpoint and pauses the job; with --url it only stops watching. Again Ctrl-C ends at once.
            """)

    @Argument(help: "Training data.")
    var file: String?

    @Option(help: "Name of the model.")
    var model: String?

    @Option(help: "CSV: comma-separated names of the columns to learn (default: all that hold only numbers).")
    var columns: String?

    @Option(help: "CSV: column that tells series apart.")
    var group: String?

    @Option(help: "forecast, language_model, classification, regression or tagging (default: from the data).")
    var task: String?

    @Option(name: .customLong("set"), help: "Any member of the request, as in training.epochs=5 or network.hidden=64.")
    var assignments: [String] = []

    @Option(help: "Go on with a paused job instead.")
    var resume: String?

    @OptionGroup var server: ServerOptions

    func run() async throws {
        let body = try request()
        let signals = StopSignals()
        let resume = resume
        let job = try await server.withClient(runsJobs: true) { client, isLocal in
            let id = try await ServerOptions.blocking {
                let job = try resume.map { try client.json("POST", "/jobs/\($0)/resume") } ?? client.json("POST", "/train", body: body)
                return job["id"]?.asString ?? ""
            }
            StandardError.write("job \(id)\n")
            let interrupt = Task {
                guard let signal = await signals.first() else { return }
                try await Self.interrupt(id, client, isLocal, signal)
            }
            defer { interrupt.cancel() }
            return try await ServerOptions.blocking {
                let display = TrainingDisplay()
                try client.lines("GET", "/jobs/\(id)/events") { event in
                    display.show(event)
                    // The history of a resumed job has pauses that are over.
                    guard event["status"]?.asString == "paused" else { return true }
                    return try client.json("GET", "/jobs/\(id)")["status"]?.asString != "paused"
                }
                return try client.json("GET", "/jobs/\(id)")
            }
        }
        try report(job)
    }

    private func request() throws -> JSONValue? {
        if resume != nil { return nil }
        guard let file else { throw ValidationError("Missing expected argument '<file>'") }
        var request = try TrainingFile(path: file, columns: columns?.split(separator: ",").map(String.init) ?? [], group: group).request
        if let model { request["model"] = .string(model) }
        if let task { request["task"] = .string(task) }
        for assignment in assignments { try Assignment.apply(assignment, to: &request) }
        guard request["model"] != nil else { throw ValidationError("Missing expected argument '--model <model>'") }
        return .object(request)
    }

    /// The first Ctrl-C: pause a job of our own, leave a server's job alone.
    private static func interrupt(_ id: String, _ client: HTTPClient, _ isLocal: Bool, _ signal: Int32) async throws {
        guard isLocal else {
            StandardError.write("\njob \(id) goes on; rondo jobs cancel \(id) would end it\n")
            ProcessEnd.now(128 + signal)
        }
        StandardError.write("\nsaving a checkpoint\n")
        _ = try await ServerOptions.blocking { try client.json("POST", "/jobs/\(id)/pause") }
    }

    private func report(_ job: JSONValue) throws {
        switch job["status"]?.asString {
        case "succeeded":
            let result = job["result"] ?? .null
            StandardError.write("\(job["model"]?.asString ?? "")@\(result["version"]?.asInt ?? 0): \(result["verdict"]?.asString ?? "")\n")
            StandardOutput.write(job.text + "\n")
        case "paused":
            StandardError.write("paused with a checkpoint; go on with: rondo train --resume \(job["id"]?.asString ?? "")\n")
            throw ExitCode(130)
        case "failed":
            throw ClientError(description: "the training failed: \(job["error"]?["detail"]?.asString ?? "")")
        case let status:
            throw ClientError(description: "the job is \(status ?? "gone")")
        }
    }
}
