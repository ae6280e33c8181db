import ArgumentParser
import JSON

/// `rondo models`.
struct ModelsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "models", abstract: "Lists models, or shows one.")

    @Argument(help: "A model to show with all its versions.")
    var name: String?

    @OptionGroup var server: ServerOptions

    func run() async throws {
        let path = name.map { "/models/\($0)" } ?? "/models"
        let answer = try await server.withClient { client, _ in
            try await ServerOptions.blocking { try client.json("GET", path) }
        }
        guard name == nil else { return StandardOutput.write(answer.text + "\n") }
        for model in answer["models"]?.elements ?? [] {
            let labels = (model["labels"]?.object?.members ?? []).map { "\($0.key)=\($0.value.text)" }.joined(
                separator: " ")
            let versions = (model["versions"]?.elements ?? []).compactMap { $0.asInt.map(String.init) }.joined(
                separator: ",")
            StandardOutput.write(
                [model["name"]?.asString ?? "", model["task"]?.asString ?? "", "versions " + versions, labels].joined(
                    separator: "\t") + "\n")
        }
    }
}
