import Dispatch
import HTTPServer
import SequenceService
import Synchronization
import System

/// The access log on standard output. Event loops hand records over; a queue of its own makes lines and waits for the
/// output.
final class AccessLog: Sendable {
    /// Records that may wait for an output that does not take them; more are dropped, and the log says how many.
    private static let waitingMax = 65_536

    private struct State {
        var waiting: [(record: AccessRecord, milliseconds: Int64)] = []
        var dropped = 0
        var isScheduled = false
    }

    private let output: LogSwitch
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "rondo.access-log")

    init(_ output: LogSwitch) { self.output = output }

    func write(_ record: AccessRecord) {
        guard output.isAccessLogged else { return }
        let now = Clock.wallMilliseconds()
        let schedules = state.withLock { state in
            guard state.waiting.count < Self.waitingMax else {
                state.dropped += 1
                return false
            }
            state.waiting.append((record, now))
            defer { state.isScheduled = true }
            return !state.isScheduled
        }
        if schedules { queue.async { self.drain() } }
    }

    /// Waits until all that was handed over is written.
    func flush() { queue.sync { drain() } }

    private func drain() {
        let (waiting, dropped) = state.withLock { state in
            defer {
                state.waiting = []
                state.dropped = 0
                state.isScheduled = false
            }
            return (state.waiting, state.dropped)
        }
        let isJSON = output.isJSON
        var text = ""
        for (record, milliseconds) in waiting {
            text +=
                isJSON
                ? AccessLogLine.json(record, milliseconds: milliseconds)
                : AccessLogLine.text(record, milliseconds: milliseconds)
            text += "\n"
        }
        if dropped > 0 {
            text += isJSON ? "{\"kind\":\"access\",\"dropped\":\(dropped)}\n" : "dropped \(dropped) lines\n"
        }
        StandardOutput.write(text)
    }
}
