import ArgumentParser
import CommandData
import JSON
import SequenceService

/// `rondo train FILE --model NAME`.
struct TrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Trains a model on a file and shows its progress.",
        discussion: """
            FILE: .csv or .tsv (header row; numeric columns become channels), .ndjson (a sequence per line), .json (a \
            training request, or an array of sequences); anything else is a text.

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

    @Option(
        help:
            """
            forecast, language_model, classification, regression, tagging, sequence_to_sequence or pointer (default: \
            from the data, but for the last two).
            """
    )
    var task: String?

    @Option(name: .customLong("set"), help: "Any member of the request, as in training.epochs=5 or network.hidden=64.")
    var assignments: [String] = []

    @Option(help: "Go on with a paused job instead.")
    var resume: String?

    @Flag(help: "Write the finished job as the server's JSON.")
    var json = false

    @OptionGroup var server: ServerOptions

    func run() async throws {
        let body = try request()
        let signals = StopSignals()
        let resume = resume
        let job = try await server.withClient(runsJobs: true) { client, isLocal in
            let (id, after) = try await ServerOptions.blocking {
                if let resume { return (resume, try Self.resume(resume, client)) }
                return (try client.json("POST", "/train", body: body)["id"]?.asString ?? "", 0)
            }
            StandardError.write("job \(id)\n")
            let interrupt = Task {
                guard let signal = await signals.first() else { return }
                try await Self.interrupt(id, client, isLocal, signal)
            }
            defer { interrupt.cancel() }
            return try await ServerOptions.blocking {
                let display = TrainingDisplay()
                try client.lines("GET", "/jobs/\(id)/events?after=\(after)") { event in
                    display.show(event)
                    return event["status"]?.asString != "paused"
                }
                return try client.json("GET", "/jobs/\(id)")
            }
        }
        try report(job)
    }

    private func request() throws -> JSONValue? {
        if resume != nil { return nil }
        guard let file else { throw ValidationError("Missing expected argument '<file>'") }
        let data = try TrainingFile(
            path: file, columns: columns?.split(separator: ",").map(String.init) ?? [], group: group)
        if let columns = data.columns { StandardError.write(columns + "\n") }
        var request = data.request
        if let model { request["model"] = .string(model) }
        if let task { request["task"] = .string(task) }
        for assignment in assignments { try Assignment.apply(assignment, to: &request) }
        guard request["model"] != nil else { throw ValidationError("Missing expected argument '--model <model>'") }
        return .object(request)
    }

    /// Puts a paused job back into the queue; one whose process died is there, or soon will be.
    ///
    /// - Returns: the id of its last event before, so that its history is not told again.
    private static func resume(_ id: String, _ client: HTTPClient) throws -> Int {
        var last = 0
        try client.lines("GET", "/jobs/\(id)/events?follow=false") { event in
            last = event["id"]?.asInt ?? last
            return true
        }
        let status = try client.json("GET", "/jobs/\(id)")["status"]?.asString
        if status != "queued" && status != "running" { _ = try client.json("POST", "/jobs/\(id)/resume") }
        return last
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

    /// A line for each metric of the model, and of the baselines it was compared with.
    private static func summary(_ result: JSONValue) -> String {
        func lines(_ name: String, _ metrics: JSONValue?) -> String {
            (metrics?.object?.members ?? []).map { "\(name)\t\($0.key)\t\($0.value.text)\n" }.joined()
        }
        return lines("model", result["metrics"])
            + (result["baselines"]?.object?.members ?? []).map { lines($0.key, $0.value) }.joined()
    }

    private func report(_ job: JSONValue) throws {
        switch job["status"]?.asString {
        case "succeeded":
            let result = job["result"] ?? .null
            StandardError.write(
                "\(job["model"]?.asString ?? "")@\(result["version"]?.asInt ?? 0): "
                    + "\(result["verdict"]?.asString ?? "")\n"
            )
            StandardOutput.write(json ? job.text + "\n" : Self.summary(result))
        case "paused":
            StandardError.write(
                "paused with a checkpoint; go on with: rondo train --resume \(job["id"]?.asString ?? "")\n")
            throw ExitCode(130)
        case "failed":
            throw ClientError(description: "the training failed: \(job["error"]?["detail"]?.asString ?? "")")
        case let status:
            throw ClientError(description: "the job is \(status ?? "gone")")
        }
    }
}
