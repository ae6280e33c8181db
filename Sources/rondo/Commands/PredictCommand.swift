import ArgumentParser
import CommandData
import JSON
import SequenceService
import Tables

/// `rondo predict --model NAME`.
struct PredictCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict", abstract: "Predicts with a trained model.",
        discussion:
            """
            Give one of --sequence, --file and --prompt. Answers go to standard output: as a table for people, as rows \
            for programs (--format csv or ndjson, a row for each step of a forecast, also while they are streamed), or \
            as the server's JSON.
            """
    )

    @Option(help: "Name, name@version or name@label.", completion: .shellCommand(ModelsCommand.namesCommand))
    var model: String

    @Option(
        parsing: .unconditional,
        help: "A sequence as JSON ([1,2,3], \"text\", {\"target\":[1,2,3]}), or numbers with commas between them.")
    var sequence: String?

    @Option(help: "A file with the sequence or sequences, as for rondo train.", completion: .file())
    var file: String?

    @OptionGroup var table: TableOptions

    @Option(parsing: .unconditional, help: "Text to go on from.")
    var prompt: String?

    @Option(parsing: .unconditional, help: "Steps to forecast.")
    var horizon: Int?

    @Option(parsing: .unconditional, help: "Maximum number of tokens to write.")
    var maxTokens: Int?

    @Option(parsing: .unconditional, help: "0 takes the most probable token; 1 is the model's own distribution.")
    var temperature: Double?

    @Option(parsing: .unconditional, help: "Seed of the random numbers.")
    var seed: Int?

    @Option(name: .customLong("set"), help: "Any other member of the request, as in quantiles=[0.05,0.95].")
    var assignments: [String] = []

    @Option(
        parsing: .unconditional,
        help: "Beam width of sequence_to_sequence and pointer (1: greedy).")
    var beamWidth: Int?

    @Flag(help: "Score the sequence, step by step, in place of what follows it; of a series, what is unusual in it.")
    var score = false

    @Flag(help: "Show which positions of the input each step of the answer looked at, as a heat map.")
    var attention = false

    @Flag(help: "Show each step as it is computed.")
    var stream = false

    @Option(help: "How the answer is written: table (default), json (the server's own), ndjson or csv.")
    var format: OutputFormat?

    @Flag(help: "The same as --format json.")
    var json = false

    @OptionGroup var server: ServerOptions

    func validate() throws {
        if try OutputFormat.chosen(format, isJSON: json) == .table && attention && stream {
            throw ValidationError(
                "--attention draws the whole answer: leave --stream out, or take --format json.")
        }
    }

    func run() async throws {
        let stream = stream, format = try OutputFormat.chosen(format, isJSON: json)
        StandardOutput.endsWithItsReader()
        let request = try request(), file = try file.map { (path: $0, input: try table.input()) }
        let model = model, assignments = assignments
        try await server.withClient { client, _ in
            try await ServerOptions.blocking {
                var request = request, places: FilePlaces?
                if let file { places = try Self.take(file.path, file.input, of: model, client, into: &request) }
                for assignment in assignments { try Assignment.apply(assignment, to: &request) }
                let body = JSONValue.object(request)
                let display = PredictionDisplay(format)
                try ClientError.placing(in: places) {
                    if stream {
                        try client.lines("POST", "/predict", body: body) { try display.show(event: $0) }
                    } else {
                        try display.show(answer: try client.json("POST", "/predict", body: body))
                    }
                }
            }
        }
    }

    private func request() throws -> JSONObject {
        var request: JSONObject = ["model": .string(model)]
        if let sequence { request["sequence"] = Self.sequence(sequence) }
        if let prompt { request["prompt"] = .string(prompt) }
        if let horizon { request["horizon"] = .integer(horizon) }
        if let maxTokens { request["max_tokens"] = .integer(maxTokens) }
        if let temperature { request["temperature"] = .number(temperature) }
        if let seed { request["seed"] = .integer(seed) }
        if let beamWidth { request["beam_width"] = .integer(beamWidth) }
        if score { request["score"] = true }
        if attention { request["attention"] = true }
        if stream { request["stream"] = true }
        return request
    }

    /// Puts the sequences of a file into a request. Columns of a table are those that the model calls its own, whatever
    /// their order.
    private static func take(
        _ path: String, _ input: TableInput, of model: String, _ client: HTTPClient, into request: inout JSONObject
    ) throws -> FilePlaces? {
        var input = input
        input.isPrediction = true
        // An unknown model is the prediction's to refuse.
        if let place = try? ModelPlace(model), let found = try? client.json("GET", place.path),
            let version = try? place.version(in: found)
        {
            let versions = found["versions"]?.elements ?? []
            let own = versions.first { $0["version"]?.asInt == version }
            input.take(names: own?["inputs"], task: own?["task"]?.asString)
        }
        let file = try TableQuestion.ending { try TrainingFile(path: path, input) }
        if let account = file.account { StandardError.write(account + "\n") }
        if let text = file.request["text"] {
            request["prompt"] = text
        } else {
            request["sequences"] = file.request["sequences"]
        }
        if let sequence = file.request["sequence"] { request["sequence"] = sequence }
        return file.places
    }

    /// A sequence as it is written on a command line: JSON, numbers with commas between them, or a text.
    static func sequence(_ text: String) -> JSONValue {
        let json = try? JSONParser.parse(text)
        if let json, json.elements != nil || json.asString != nil || json.object != nil { return json }
        let numbers = text.split(separator: ",").map { Double($0.drop { $0 == " " }) }
        return numbers.contains { $0 == nil } ? .string(text) : .numbers(numbers.compactMap { $0 })
    }
}
