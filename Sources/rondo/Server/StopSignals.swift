import Dispatch
import System

/// SIGTERM and SIGINT as an event; the second one ends the process at once. SIGHUP as a call.
///
/// As process 1 of a container there is no default action for any of them, so handlers must be set; these are. Process
/// 1 also inherits orphans: the kernel reaps them, since SIGCHLD is ignored there. Rondo starts no process of its own.
// SAFETY: nothing changes after init; dispatch sources may be used from any thread.
final class StopSignals: @unchecked Sendable {
    private let sources: [any DispatchSourceSignal]
    private let signals: AsyncStream<Int32>
    private let hangUps: AsyncStream<Void>

    /// - Parameter onSecond: ends the process; gets the number of the second signal to stop.
    init(onSecond: @escaping @Sendable (Int32) -> Never = { ProcessEnd.now(ServerExit.signal($0)) }) {
        let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
        signals = stream
        let (hangUps, hangUp) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        self.hangUps = hangUps
        let queue = DispatchQueue(label: "rondo.signals")
        let counter = SignalCounter()
        sources = [SIGTERM, SIGINT, SIGHUP].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler {
                if number == SIGHUP { return _ = hangUp.yield() }
                if counter.next() > 1 { onSecond(number) }
                continuation.yield(number)
            }
            source.activate()
            return source
        }
        signal(SIGPIPE, SIG_IGN)
        if getpid() == 1 { signal(SIGCHLD, SIG_IGN) }
    }

    /// The first signal to stop, with its number; nil when the task is cancelled before.
    func first() async -> Int32? {
        for await number in signals { return number }
        return nil
    }

    /// `SIGTERM`, `SIGINT`, or a number.
    static func name(_ number: Int32) -> String {
        [SIGTERM: "SIGTERM", SIGINT: "SIGINT"][number] ?? String(number)
    }

    /// Calls `body` after each SIGHUP, until the task is cancelled.
    func onHangUp(_ body: @Sendable () -> Void) async {
        for await _ in hangUps { body() }
    }
}
