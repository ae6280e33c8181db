import ArgumentParser
import SequenceService

/// `rondo`: trains recurrent sequence models and serves them.
@main
struct Rondo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: ServiceVersion.name,
        abstract: "Trains recurrent sequence models and serves them over HTTP.",
        version: VersionCommand.text(isJSON: CommandLine.arguments.contains("--json")),
        subcommands: [
            ServeCommand.self, TrainCommand.self, ValidateCommand.self, PredictCommand.self, SessionCommand.self,
            JobsCommand.self,
            ModelsCommand.self, KeysCommand.self, CheckCommand.self, BackupCommand.self, RestoreCommand.self,
            HealthCommand.self, BenchCommand.self, CompletionCommand.self, ManualCommand.self, VersionCommand.self,
        ])
}
