import ArgumentParser
import Logging
import SequenceService

/// `rondo serve`.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serves training jobs, models and predictions over HTTP.",
        usage: "rondo serve [--config FILE] [--host 127.0.0.1] [--port 8080] [--data DIR] [--KEY VALUE ...]",
        discussion: """
            Settings come from, each overriding the ones before: the defaults, a JSON file (--config or RONDO_CONFIG, keys with \
            underscores: "queue_length_max"), the environment (RONDO_QUEUE_LENGTH_MAX), and arguments:

            \(ConfigurationTable.helpText)
            """)

    @Option(help: "JSON file with settings.")
    var config: String?

    @Argument(parsing: .allUnrecognized, help: .hidden)
    var settings: [String] = []

    func run() async throws {
        let environment = ProcessEnvironment.variables
        let settings = try ConfigurationReader.settings(
            file: config ?? environment["RONDO_CONFIG"], environment: environment, arguments: settings)
        guard settings.isLoopback || settings.allowRemote else {
            throw ConfigurationError(description: """
                will not listen on \(settings.host): others could reach it, and there are no keys yet. \
                Use a loopback address, or say --allow-remote (RONDO_ALLOW_REMOTE=true).
                """)
        }
        let signals = StopSignals()
        var logger = Logger(label: "rondo") { _ in StandardErrorLog() }
        logger.logLevel = Logger.Level(rawValue: settings.logLevel) ?? .info
        let process = try await ServerProcess(settings: settings, logger: logger)
        logger.notice("listening on \(process.urls.joined(separator: " and "))", metadata: ["data": "\(settings.data)"])
        process.start()
        let signal = await signals.first()
        logger.notice("stopping", metadata: ["signal": "\(signal ?? 0)"])
        await process.stop()
        logger.notice("stopped")
    }
}
