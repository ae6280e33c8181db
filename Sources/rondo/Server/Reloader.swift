import JSON
import Logging
import SequenceService
import Synchronization

/// A part of the server that takes new settings while it runs.
protocol Reloadable: Sendable {
    /// For the log.
    var name: String { get }
    /// Takes in what has changed, in the settings and in the files they name.
    ///
    /// - Throws: what is wrong with the new; the old then stays in force.
    func reload(_ settings: ServerSettings) throws
}

/// SIGHUP: reads the configuration again, and hands it to every part. One that fails keeps what it had, the others go
/// on.
final class Reloader: Sendable {
    private let read: @Sendable () throws -> ServerSettings
    private let parts: [any Reloadable]
    private let logger: Logger
    private let running: ServerSettings

    /// - Parameters:
    ///   - running: the settings the server was started with.
    ///   - read: reads the settings as they are now.
    init(
        running: ServerSettings, parts: [any Reloadable], logger: Logger,
        read: @escaping @Sendable () throws -> ServerSettings
    ) {
        self.running = running
        self.parts = parts
        self.logger = logger
        self.read = read
    }

    func reload() {
        let settings: ServerSettings
        do {
            settings = try read()
        } catch {
            return logger.error("not reloaded: the configuration cannot be read", metadata: ["error": "\(error)"])
        }
        for part in parts {
            do {
                try part.reload(settings)
                logger.notice("reloaded", metadata: ["part": "\(part.name)"])
            } catch {
                logger.error("not reloaded", metadata: ["part": "\(part.name)", "error": "\(error)"])
            }
        }
        for key in ConfigurationTable.keys
        where !key.isReloadable && key.value(in: settings).text != key.value(in: running).text {
            logger.warning("a changed setting applies after a restart", metadata: ["key": "\(key.name)"])
        }
    }
}

/// Level and format of the logs.
struct LogReload: Reloadable {
    let output: LogSwitch
    var name: String { "log" }

    func reload(_ settings: ServerSettings) { output.set(settings) }
}
