import ArgumentParser
import Logging
import SequenceService
import TLS

/// `rondo serve`.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serves training jobs, models and predictions over HTTP.",
        usage: "rondo serve [--config FILE] [--host 127.0.0.1] [--port 8080] [--data DIR] [--KEY VALUE ...]",
        discussion: """
            Settings come from four places, each overriding the ones before: the defaults, a JSON file (--config or \
            RONDO_CONFIG, keys with underscores: "queue_length_max"), the environment (RONDO_QUEUE_LENGTH_MAX), and \
            the arguments:

            \(ConfigurationTable.helpText)
            """)

    @Option(help: "JSON file with settings.")
    var config: String?

    @Argument(parsing: .allUnrecognized, help: .hidden)
    var settings: [String] = []

    func run() async throws {
        let log = LogSwitch()
        let logger = Logger(label: "rondo") { _ in StandardErrorLog(log) }
        do {
            try await serve(log, logger)
        } catch {
            // What is wrong with the configuration is wrong tomorrow; the rest may pass, and a supervisor may try
            // again.
            let isConfiguration = error is ConfigurationError || error is TLSError
            let code = isConfiguration ? ServerExit.configuration : ServerExit.unavailable
            logger.critical("not started: \(error)", metadata: ["exit_code": .number(code)])
            throw ExitCode(code)
        }
    }

    private func serve(_ log: LogSwitch, _ logger: Logger) async throws {
        let environment = ProcessEnvironment.variables
        let read = { @Sendable [config, settings] in
            try ConfigurationReader.settings(
                file: config ?? environment["RONDO_CONFIG"], environment: environment, arguments: settings)
        }
        let settings = try read()
        log.set(settings)
        PrivateFiles.becomeDefault()
        CrashSignals.report(isJSON: log.isJSON)
        let end = ServerEnd(logger)
        let signals = StopSignals { number in
            end.now(
                "a second signal did not wait for the orderly stop", ServerExit.signal(number),
                ["signal": "\(StopSignals.name(number))"])
        }
        // Before the keys: where they do not read, that they are not there would be the wrong thing to say.
        try ServiceDirectory(root: settings.data).checkAccess(isReadOnly: settings.isReadOnly)
        let keys = Keys()
        try keys.reload(settings)
        let accessLog = AccessLog(log)
        let process = try await ServerProcess(
            settings: settings, logger: logger,
            access: ServerProcess.Access(
                keys: keys.ring, inherited: try InheritedSockets.descriptors(environment), log: accessLog, end: end))
        try end.begin(on: process.service.store)
        logger.notice(
            "listening on \(process.addresses.joined(separator: ", "))",
            metadata: ["data": "\(settings.data)", "keys": .number(keys.ring.count)])
        MachineReport.write(settings, to: logger)
        process.start()
        let manager = ServiceManager(environment)
        manager.ready("listening on \(process.addresses.joined(separator: ", "))")
        let parts: [any Reloadable] = [keys, LogReload(output: log)] + (process.certificateWatch.map { [$0] } ?? [])
        let reloader = Reloader(running: settings, parts: parts, logger: logger, read: read)
        let reloading = Task { await signals.onHangUp { reloader.reload() } }
        let signal = StopSignals.name(await signals.first() ?? 0)
        logger.notice("stopping", metadata: ["signal": "\(signal)"])
        manager.stopping()
        await process.stop()
        reloading.cancel()
        accessLog.flush()
        end.stopped(by: signal)
    }
}
