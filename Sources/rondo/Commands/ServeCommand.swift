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
        let read = { @Sendable [config, settings] in
            try ConfigurationReader.settings(
                file: config ?? environment["RONDO_CONFIG"], environment: environment, arguments: settings)
        }
        let settings = try read()
        let signals = StopSignals()
        let log = LogSwitch(settings)
        let logger = Logger(label: "rondo") { _ in StandardErrorLog(log) }
        let keys = Keys()
        try keys.reload(settings)
        let accessLog = AccessLog(log)
        let process = try await ServerProcess(
            settings: settings, logger: logger,
            access: ServerProcess.Access(
                keys: keys.ring, inherited: try InheritedSockets.descriptors(environment), log: accessLog))
        logger.notice(
            "listening on \(process.addresses.joined(separator: ", "))",
            metadata: ["data": "\(settings.data)", "keys": "\(keys.ring.count)"])
        process.start()
        let parts: [any Reloadable] = [keys, LogReload(output: log)] + (process.certificateWatch.map { [$0] } ?? [])
        let reloader = Reloader(running: settings, parts: parts, logger: logger, read: read)
        let reloading = Task { await signals.onHangUp { reloader.reload() } }
        let signal = await signals.first()
        logger.notice("stopping", metadata: ["signal": "\(signal ?? 0)"])
        await process.stop()
        reloading.cancel()
        accessLog.flush()
        logger.notice("stopped")
    }
}
