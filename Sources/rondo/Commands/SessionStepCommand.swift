import ArgumentParser
import CommandData
import JSON
import SequenceService
import System

/// `rondo session step ID`.
struct SessionStepCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "step", abstract: "Reads what is new: from --sequence, or line by line from a file.",
        discussion:
            """
            Without --sequence each line of --file, or of standard input, is a step as soon as it is there: JSON, \
            numbers with commas (one cell may be the time; a first line without numbers names the columns), or a \
            text. The answer of each is written at once.
            """)

    @Argument(help: "Id of the session.", completion: .shellCommand(SessionCommand.idsCommand))
    var id: String

    @Option(
        parsing: .unconditional,
        help: "What is new, as JSON ([1,2,3], \"text\", {\"target\":[1,2,3]}), or numbers with commas.")
    var sequence: String?

    @Option(help: "File of lines; - is standard input, which is read without it.", completion: .file())
    var file: String?

    @Option(parsing: .unconditional, help: "Steps to forecast after each step.")
    var horizon: Int?

    @Option(parsing: .unconditional, help: "Maximum number of tokens to write after each step.")
    var maxTokens: Int?

    @Option(parsing: .unconditional, help: "Share of usual values that may be taken for anomalies, as in 0.001.")
    var falseAlarmRate: Double?

    @Flag(help: "What is predicted becomes history, too.")
    var advance = false

    @Option(name: .customLong("set"), help: "Any other member of the request, as in quantiles=[0.05,0.95].")
    var assignments: [String] = []

    @Flag(help: "Write the server's JSON, a line each.")
    var json = false

    @OptionGroup var server: ServerOptions

    func validate() throws {
        if sequence != nil, file != nil {
            throw ValidationError("--sequence and --file are two inputs: leave one out.")
        }
    }

    func run() async throws {
        StandardOutput.endsWithItsReader()
        var asked = JSONObject()
        if let horizon { asked["horizon"] = .integer(horizon) }
        if let maxTokens { asked["max_tokens"] = .integer(maxTokens) }
        if let falseAlarmRate { asked["false_alarm_rate"] = .number(falseAlarmRate) }
        if advance { asked["advance"] = true }
        for assignment in assignments { try Assignment.apply(assignment, to: &asked) }
        let request = asked, path = HTTPClient.path(["sessions", id, "step"])
        let (id, sequence, file, json) = (id, sequence, file, json)
        let predicts = horizon != nil || maxTokens != nil
        try await server.withClient { client, _ in
            try await ServerOptions.blocking {
                let display = SessionDisplay(isJSON: json)
                func step(_ members: JSONObject) throws {
                    var body = request
                    body.merge(members)
                    try display.show(try client.json("POST", path, body: .object(body)))
                }
                if let sequence { return try step(["sequence": PredictCommand.sequence(sequence)]) }
                if file == nil, predicts, isatty(STDIN_FILENO) == 1 { return try step([:]) }
                var lines = ObservationLines(try Self.inputs(of: id, client))
                try LineReader(path: file ?? "-").forEach { line in
                    if let members = try lines.step(line) { try step(members) }
                }
            }
        }
    }

    /// What the session's version reads.
    private static func inputs(of id: String, _ client: HTTPClient) throws -> ObservationLines.Inputs {
        let session = try client.json("GET", HTTPClient.path(["sessions", id]))
        let parts = (session["model"]?.asString ?? "").split(separator: "@").map(String.init)
        guard parts.count == 2 else { throw ClientError(description: "session \(id) names no version") }
        let version = try client.json("GET", HTTPClient.path(["models", parts[0], "versions", parts[1]]))
        return ObservationLines.Inputs(version["inputs"], task: version["task"]?.asString ?? "")
    }
}
