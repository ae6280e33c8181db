import JSON
import Logging
import SequenceService
import Store
import Synchronization
import System

/// Why the server ends: in the log, and for an end that is not orderly in the data directory, where the next server
/// finds it.
final class ServerEnd: Sendable {
    private let logger: Logger
    private let store = Mutex<(any JobStore)?>(nil)

    init(_ logger: Logger) { self.logger = logger }

    /// The server runs on this store: says how the one before has ended if that was not orderly, and leaves a note in
    /// case that this one does so, too.
    func begin(on store: any JobStore) throws(StoreError) {
        for (note, jobs) in try store.takeNotes() {
            let json = try? JSONParser.parse(note)
            var facts: Logger.Metadata = [
                "reason": "\(json?["reason"]?.asString ?? "none was left: killed, crashed, or without power")"
            ]
            facts["pid"] = (json?["pid"]?.asInt).map { .number($0) }
            for key in ["started_at", "version"] { facts[key] = (json?[key]?.asString).map { "\($0)" } }
            if !jobs.isEmpty { facts["jobs"] = "\(jobs.map(\.id).joined(separator: ","))" }
            logger.warning("the server before this one did not stop in an orderly way", metadata: facts)
        }
        try store.leaveNote(Self.note(reason: nil))
        self.store.withLock { $0 = store }
    }

    /// The server has stopped: the last line of its log.
    func stopped(by signal: String) {
        do throws(StoreError) {
            try store.withLock { $0 }?.clearNote()
        } catch {
            logger.error("the note of the running server stays", metadata: ["error": "\(error)"])
        }
        logger.notice("stopped", metadata: ["signal": "\(signal)", "exit_code": .number(0)])
    }

    /// Ends the process at once, without waiting for anything.
    func now(_ reason: String, _ code: Int32, _ facts: Logger.Metadata = [:]) -> Never {
        logger.critical(
            "the process ends: \(reason)", metadata: facts.merging(["exit_code": .number(code)]) { first, _ in first })
        // The disk may be what failed; then the next start knows no reason.
        try? store.withLock { $0 }?.leaveNote(Self.note(reason: reason))
        ProcessEnd.now(code)
    }

    private static let startedAt = Timestamp.text(milliseconds: Clock.wallMilliseconds())

    private static func note(reason: String?) -> String {
        let json: JSONValue = [
            "pid": .integer(Int(ProcessEnd.pid)), "started_at": .string(startedAt),
            "version": .string(ServiceVersion.number), "reason": reason.map(JSONValue.string) ?? .null,
        ]
        return json.text
    }
}
