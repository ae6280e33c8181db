import ArgumentParser
import Dispatch
import SequenceService

/// Where the process begins.
@main
enum Program {
    /// Not an asynchronous `main`: the task of one has the priority of what a user waits for, for which libdispatch asks
    /// for a nice value of -4, and complains on standard error where the system refuses that, as it does to all but
    /// root.
    static func main() {
        Task.detached(priority: .medium) {
            await Rondo.main()
            Rondo.exit()
        }
        DispatchSemaphore(value: 0).wait()
    }
}

/// `rondo`: trains recurrent sequence models and serves them.
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
