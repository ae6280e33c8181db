import ArgumentParser
import JSON

/// `rondo version`, which the option `--version` is, too.
struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version",
        abstract: "Prints the version and what it was built from, the kernels in use, and the versions of libraries.")

    @Flag(help: "Write JSON.")
    var json = false

    func run() { StandardOutput.write(Self.text(isJSON: json) + "\n") }

    static func text(isJSON: Bool) -> String { isJSON ? VersionFacts.json.text : VersionFacts.text }
}
