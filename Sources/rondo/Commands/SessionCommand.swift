import ArgumentParser
import CommandData
import JSON
import SequenceService

/// `rondo session`.
struct SessionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "session", abstract: "Keeps the state of a model between observations.",
        discussion:
            """
            A session stands where the model stands after all that it has read: on disk, through restarts. Each step \
            reads what is new, tells how surprising it was, and may predict from there:

                ID=$(rondo session create --model load --sequence 41,42,40)
                tail -f sensor.csv | rondo session step $ID --horizon 3
            """,
        subcommands: [
            Create.self, SessionStepCommand.self, List.self, Show.self, Fork.self, State.self, Rebase.self, Delete.self,
        ], defaultSubcommand: List.self)

    /// Prints the ids of the newest sessions, for a shell that completes one.
    static let idsCommand = "rondo session list --limit 50 2>/dev/null | tail -n +2 | cut -d' ' -f1"

    /// A session of which something is wanted.
    struct Target: ParsableArguments {
        @Argument(help: "Id of the session.", completion: .shellCommand(SessionCommand.idsCommand))
        var id: String

        @Flag(help: "Write the server's JSON.")
        var json = false

        @OptionGroup var server: ServerOptions

        func path(_ action: String? = nil) -> String {
            HTTPClient.path(["sessions", id] + (action.map { [$0] } ?? []))
        }

        /// Writes a session.
        func write(_ session: JSONValue) {
            if json { return StandardOutput.write(session.text + "\n") }
            SessionDisplay.list([session])
        }
    }

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Creates a session, and writes its id to standard output.")

        @Option(help: "Name, name@version or name@label.", completion: .shellCommand(ModelsCommand.namesCommand))
        var model: String?

        @Option(
            parsing: .unconditional,
            help: "What it has read, as JSON ([1,2,3], \"text\", {\"target\":[1,2,3]}), or numbers with commas.")
        var sequence: String?

        @Option(help: "File with a state, as rondo session state writes it; - reads standard input.")
        var state: String?

        @Option(parsing: .unconditional, help: "Seconds without a step after which it is forgotten.")
        var expiresAfter: Double?

        @Option(name: .customLong("set"), help: "Any other member of the request, as in metadata.sensor=north.")
        var assignments: [String] = []

        @Flag(help: "Write the server's JSON.")
        var json = false

        @OptionGroup var server: ServerOptions

        func run() async throws {
            var request = JSONObject()
            if let model { request["model"] = .string(model) }
            if let sequence { request["sequence"] = PredictCommand.sequence(sequence) }
            if let state { request["state"] = .string(try Self.text(of: state)) }
            if let expiresAfter { request["expires_after"] = .number(expiresAfter) }
            for assignment in assignments { try Assignment.apply(assignment, to: &request) }
            let session = try await server.json("POST", "/sessions", body: .object(request))
            StandardOutput.write(json ? session.text + "\n" : (session["id"]?.asString ?? "") + "\n")
        }

        private static func text(of path: String) throws -> String {
            try LineReader(path: path).text().filter { !$0.isWhitespace }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists sessions, newest first.")

        @Option(help: "Only sessions of this model.")
        var model: String?

        @Option(parsing: .unconditional, help: "Maximum number of sessions.")
        var limit = 20

        @Option(help: "How sessions are written: table (default), json (the server's own), ndjson or csv.")
        var format: OutputFormat?

        @Flag(help: "The same as --format json.")
        var json = false

        @OptionGroup var server: ServerOptions

        func run() async throws {
            let format = try OutputFormat.chosen(format, isJSON: json)
            let path = HTTPClient.path(["sessions"], query: [("limit", "\(limit)"), ("model", model)])
            let answer = try await server.json("GET", path)
            let sessions = answer["sessions"]?.elements ?? []
            try format.write(answer, objects: sessions, rows: SessionDisplay.rows(sessions)) {
                SessionDisplay.list(sessions)
            }
            if format != .json, answer["has_more"]?.asBool == true {
                StandardError.write("there are more: --limit shows them\n")
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Shows a session.")
        @OptionGroup var target: Target

        func run() async throws { target.write(try await target.server.json("GET", target.path())) }
    }

    struct Fork: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Creates another session that stands where this one does, and writes its id.")
        @OptionGroup var target: Target

        func run() async throws {
            let session = try await target.server.json("POST", target.path("fork"), body: [:])
            StandardOutput.write(target.json ? session.text + "\n" : (session["id"]?.asString ?? "") + "\n")
        }
    }

    struct State: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Writes where a session stands, sealed, for rondo session create --state.")
        @OptionGroup var target: Target

        func run() async throws {
            let state = try await target.server.json("GET", target.path("state"))
            StandardOutput.write(target.json ? state.text + "\n" : (state["state"]?.asString ?? "") + "\n")
        }
    }

    struct Rebase: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Moves a session to another version, which reads the last of the history anew.")

        @Option(help: "Name, name@version or name@label.", completion: .shellCommand(ModelsCommand.namesCommand))
        var model: String

        @Option(
            parsing: .unconditional,
            help: "The last of the history, as JSON or as numbers with commas between them.")
        var sequence: String

        @OptionGroup var target: Target

        func run() async throws {
            let body: JSONValue = ["model": .string(model), "sequence": PredictCommand.sequence(sequence)]
            target.write(try await target.server.json("POST", target.path("rebase"), body: body))
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Ends a session.")
        @OptionGroup var target: Target

        func run() async throws { _ = try await target.server.json("DELETE", target.path()) }
    }
}
