import Logging
import SequenceService
import System

/// One line per event on standard error: time, level, message, facts.
struct StandardErrorLog: LogHandler {
    let output: LogSwitch
    var metadata: Logger.Metadata = [:]

    init(_ output: LogSwitch) { self.output = output }

    /// Of all loggers together, so that SIGHUP can change it.
    var logLevel: Logger.Level {
        get { output.level }
        set { output.level = newValue }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let facts = metadata.merging(event.metadata ?? [:]) { $1 }
        let line = output.isJSON ? LogLine.json : LogLine.text
        StandardError.write(line("\(event.message)", event.level, facts, Clock.wallMilliseconds()) + "\n")
    }
}
