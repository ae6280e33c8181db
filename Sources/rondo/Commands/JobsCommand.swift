import ArgumentParser
import JSON

/// `rondo jobs`.
struct JobsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobs", abstract: "Lists jobs, shows one, cancels, pauses or resumes it.",
        discussion:
            "rondo jobs · rondo jobs show ID · rondo jobs cancel ID · rondo jobs pause ID · rondo jobs resume ID")

    @Argument(help: "list, show, cancel, pause or resume.")
    var action = "list"

    @Argument(help: "The job's id.")
    var id: String?

    @Option(help: "Only jobs with this status.")
    var status: String?

    @Option(help: "Only jobs of this model.")
    var model: String?

    @Option(parsing: .unconditional, help: "Maximum number of jobs, newest first.")
    var limit = 20

    @OptionGroup var server: ServerOptions

    func validate() throws {
        guard ["list", "show", "cancel", "pause", "resume"].contains(action) else {
            throw ValidationError("no action \(action): list, show, cancel, pause or resume")
        }
        guard action == "list" || id != nil else { throw ValidationError("Missing expected argument '<id>'") }
    }

    func run() async throws {
        let (method, path) = target
        let answer = try await server.withClient { client, _ in
            try await ServerOptions.blocking { try client.json(method, path) }
        }
        guard action == "list" else { return StandardOutput.write(answer.text + "\n") }
        for job in answer["jobs"]?.elements ?? [] {
            let place = job["queue_position"]?.asInt.map { " (\($0) in queue)" } ?? ""
            let cells = [
                job["id"]?.asString ?? "", (job["status"]?.asString ?? "") + place, job["model"]?.asString ?? "",
                job["task"]?.asString ?? "",
                job["created_at"]?.asString ?? "", job["result"]?["verdict"]?.asString ?? "",
            ]
            StandardOutput.write(cells.joined(separator: "\t") + "\n")
        }
    }

    private var target: (method: String, path: String) {
        let id = id ?? ""
        switch action {
        case "list":
            let filters = [status.map { "&status=\($0)" }, model.map { "&model=\($0)" }].compactMap { $0 }.joined()
            return ("GET", "/jobs?limit=\(limit)\(filters)")
        case "show": return ("GET", "/jobs/\(id)")
        default: return ("POST", "/jobs/\(id)/\(action)")
        }
    }
}
