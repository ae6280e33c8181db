import ArgumentParser
import CommandData
import JSON
import SequenceService
import System

/// `rondo models import`.
struct ImportCommand: AsyncParsableCommand {
    private static let sizeBytesMax = 4 << 30
    private static let settingsBytesMax = 16 << 20

    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Makes a version of a safetensors file.",
        discussion: """
            An export of Rondo describes itself. For another file, --settings says what its tensors are, as JSON or \
            as the name of a file with JSON; docs/api.md lists its members.
            """)

    @Argument(help: "The safetensors file.", completion: .file(extensions: ["safetensors"]))
    var file: String

    @Option(help: "Name of the model (default: from the name of the file).")
    var model: String?

    @Option(help: "What the tensors are: JSON, or a file with JSON.", completion: .file(extensions: ["json"]))
    var settings: String?

    @Flag(help: "Leave the label stable where it is.")
    var noPromote = false

    @Flag(help: "Write the server's JSON.")
    var json = false

    @OptionGroup var server: ServerOptions

    func run() async throws {
        guard let name = model ?? FileTitle.modelName(path: file) else {
            throw InputError(description: "no model can have the name of \(file): name one with --model")
        }
        var bytes = try TrainingFile.read(file, sizeBytesMax: Self.sizeBytesMax)
        // In the file, since a vocabulary is too long for a query.
        if let settings = try settingsText() {
            bytes = try SafeTensorsMetadata.adding(ModelExport.settingsKey, settings, to: bytes, path: file)
        }
        let content = bytes
        let path = HTTPClient.path(
            ["models", name, "versions"], query: [("promote", noPromote ? "never" : nil)])
        let version = try await server.withClient(missing: .made) { client, _ in
            try await ServerOptions.blocking { try client.send(content, type: "application/octet-stream", "PUT", path) }
        }
        if json { return StandardOutput.write(version.text + "\n") }
        let identifier = "\(name)@\(version["version"]?.asInt ?? 0)"
        StandardOutput.write("\(identifier): \(version["task"]?.asString ?? "imported")\n")
        StandardError.write(NextStep.prediction(version["task"]?.asString ?? "", model: identifier, server) + "\n")
    }

    private func settingsText() throws -> String? {
        guard let settings else { return nil }
        let text =
            settings.drop(while: \.isWhitespace).first == "{"
            ? settings
            : String(decoding: try TrainingFile.read(settings, sizeBytesMax: Self.settingsBytesMax), as: UTF8.self)
        do throws(JSONError) {
            return try JSONParser.parse(text).text
        } catch {
            throw InputError(description: "--settings: \(error)")
        }
    }
}
