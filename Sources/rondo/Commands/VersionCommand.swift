import ArgumentParser
import SequenceService

/// `rondo version`.
struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "version", abstract: "Prints the version.")

    func run() { StandardOutput.write("\(ServiceVersion.name) \(ServiceVersion.number)\n") }
}
