import JSON
import Logging
import SequenceService
import System

/// One line per event on standard error: time, level, message, facts.
///
///     2026-01-01T00:00:00.000Z info job started job=job_01J… model=airline
///     {"time":"2026-01-01T00:00:00.000Z","level":"info","message":"job started","job":"job_01J…","model":"airline"}
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
        let facts = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
        let time = Timestamp.text(milliseconds: Clock.wallMilliseconds())
        guard !output.isJSON else {
            var members: JSONObject = [
                "time": .string(time), "level": .string(event.level.rawValue), "message": .string("\(event.message)"),
            ]
            for (key, value) in facts where members[key] == nil { members.append(key, .string("\(value)")) }
            return StandardError.write(JSONValue.object(members).text + "\n")
        }
        var line = "\(time) \(event.level) \(event.message)"
        for (key, value) in facts { line += " \(key)=\(Self.quoted("\(value)"))" }
        StandardError.write(line + "\n")
    }

    /// Values with spaces or control characters are quoted, so that a line stays one line.
    private static func quoted(_ text: String) -> String {
        let isPlain =
            !text.isEmpty && text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0 != "\"" && $0.value != 0x7F }
        return isPlain ? text : text.debugDescription
    }
}
