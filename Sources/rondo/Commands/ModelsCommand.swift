import ArgumentParser
import CommandData
import JSON
import ModelFiles
import System

/// `rondo models`.
struct ModelsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models", abstract: "Lists models; shows, compares, labels, exports, imports or deletes them.",
        subcommands: [
            List.self, Show.self, Compare.self, Labels.self, ExportCommand.self, ImportCommand.self, Delete.self,
        ],
        defaultSubcommand: List.self)

    /// Prints the names of models, for a shell that completes one.
    static let namesCommand = "rondo models list 2>/dev/null | tail -n +2 | cut -d' ' -f1"

    /// What every command about models takes.
    struct Common: ParsableArguments {
        @Flag(help: "Write the server's JSON.")
        var json = false

        @OptionGroup var server: ServerOptions

        func model(_ place: ModelPlace) async throws -> JSONValue { try await server.json("GET", place.path) }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists models: their tasks, versions, labels, and the skill of the stable version.",
            usage: "rondo models [list]")

        @Option(help: "How models are written: table (default), json (the server's own), ndjson or csv.")
        var format: OutputFormat?

        @OptionGroup var common: Common

        /// What is not another command: `rondo models NAME` shows a model.
        @Argument(help: .hidden)
        var words: [String] = []

        func validate() throws {
            guard words.count > 1 else { return }
            let names = ["list", "show", "compare", "labels", "export", "import", "delete"]
            let hint =
                Spelling.closest(to: words[0], among: names).map { "did you mean \($0)?" }
                ?? "there are: " + names.joined(separator: ", ")
            throw ValidationError("There is no command \"rondo models \(words[0])\"; \(hint)")
        }

        func run() async throws {
            let format = try OutputFormat.chosen(format, isJSON: common.json)
            if let name = words.first {
                guard format == .table || format == .json else {
                    throw ValidationError("--format \(format.rawValue) is for the list of models.")
                }
                var common = common
                common.json = format == .json
                return try await ModelsCommand.show(ModelPlace(name), common)
            }
            let answer = try await common.server.json("GET", "/models")
            let models = answer["models"]?.elements ?? []
            try format.write(answer, objects: models, rows: ModelDisplay.rows(models)) { ModelDisplay.list(models) }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Shows a model's versions, or all about one of them.")

        @Argument(help: "NAME, or NAME@VERSION.", completion: .shellCommand(ModelsCommand.namesCommand))
        var name: String

        @OptionGroup var common: Common

        func run() async throws { try await ModelsCommand.show(ModelPlace(name), common) }
    }

    struct Compare: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Puts versions side by side: their metrics, and the settings in which they differ.")

        @Argument(
            help: "Versions (NAME@2 NAME@3, OTHER@stable), or one NAME for its newest ones.",
            completion: .shellCommand(ModelsCommand.namesCommand))
        var names: [String]

        @OptionGroup var common: Common

        func run() async throws {
            var versions: [(name: String, version: JSONValue)] = []
            for text in names {
                let place = try ModelPlace(text), model = try await common.model(place)
                let all = model["versions"]?.elements ?? []
                let isAll = names.count == 1 && place.selector == nil
                let wanted = isAll ? nil : try place.version(in: model)
                for version in all.suffix(isAll ? ModelDisplay.comparedMax : all.count)
                where wanted == nil || version["version"]?.asInt == wanted {
                    versions.append(("\(place.name)@\(version["version"]?.asInt ?? 0)", version))
                }
            }
            if common.json {
                let list = versions.map { JSONValue.object(["name": .string($0.name), "version": $0.version]) }
                return StandardOutput.write(JSONValue.array(list).text + "\n")
            }
            ModelDisplay.compare(versions)
        }
    }

    struct Labels: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows a model's labels, or moves them: rondo models labels NAME stable=3 beta=.")

        @Argument(help: "Name of the model.", completion: .shellCommand(ModelsCommand.namesCommand))
        var name: String

        @Argument(help: "LABEL=VERSION moves a label, LABEL= removes it; all changes or none.")
        var changes: [String] = []

        @OptionGroup var common: Common

        func validate() throws {
            for change in changes where Self.member(change) == nil {
                throw ValidationError("\"\(change)\": expected LABEL=VERSION, or LABEL= to remove it.")
            }
        }

        func run() async throws {
            let place = try ModelPlace(name)
            let members = JSONObject(changes.compactMap(Self.member))
            let path = HTTPClient.path(["models", place.name, "labels"])
            let model =
                changes.isEmpty
                ? try await common.model(place) : try await common.server.json("POST", path, body: .object(members))
            if common.json { return StandardOutput.write((model["labels"] ?? .null).text + "\n") }
            for (label, version) in model["labels"]?.object?.members ?? [] {
                StandardOutput.write("\(label)=\(version.text)\n")
            }
        }

        private static func member(_ change: String) -> (key: String, value: JSONValue)? {
            let parts = change.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, !parts[0].isEmpty else { return nil }
            if parts[1].isEmpty { return (parts[0], .null) }
            return Int(parts[1]).map { (parts[0], .integer($0)) }
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Deletes a model with all its versions, or one version.")

        @Argument(help: "NAME, or NAME@VERSION.", completion: .shellCommand(ModelsCommand.namesCommand))
        var name: String

        @Flag(help: "Do not ask.")
        var yes = false

        @OptionGroup var server: ServerOptions

        func run() async throws {
            let place = try ModelPlace(name), model = try await server.json("GET", place.path)
            let version = try place.selector.map { _ in try place.version(in: model) }
            let count = model["versions"]?.elements?.count ?? 0
            let what =
                version.map { "\(place.name)@\($0)" } ?? "\(place.name) with \(count) version\(count == 1 ? "" : "s")"
            guard yes || Self.confirm("delete \(what)? [y/N] ") else {
                throw ClientError(description: "nothing was deleted (--yes deletes without a question)")
            }
            _ = try await server.json("DELETE", version.map { place.path(of: $0) } ?? place.path)
            StandardError.write("deleted \(what)\n")
        }

        /// Only a terminal can be asked.
        private static func confirm(_ question: String) -> Bool {
            guard isatty(STDIN_FILENO) == 1 else { return false }
            StandardError.write(question)
            return ["y", "yes"].contains(readLine()?.lowercased() ?? "")
        }
    }

    private static func show(_ place: ModelPlace, _ common: Common) async throws {
        let model = try await common.model(place)
        guard place.selector != nil else {
            return common.json ? StandardOutput.write(model.text + "\n") : ModelDisplay.show(model)
        }
        let number = try place.version(in: model)
        if common.json {
            let version = try await common.server.json("GET", place.path(of: number))
            return StandardOutput.write(version.text + "\n")
        }
        let version = (model["versions"]?.elements ?? []).first { $0["version"]?.asInt == number } ?? .null
        ModelDisplay.compare([("\(place.name)@\(number)", version)])
        for (name, value) in ModelDisplay.settings(version["settings"]) { StandardOutput.write("\(name)=\(value)\n") }
    }
}
