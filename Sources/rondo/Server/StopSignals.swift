import Dispatch

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// SIGTERM and SIGINT as an event; the second one ends the process at once.
///
/// As process 1 of a container there is no default action for either, so handlers must be set; these are.
// SAFETY: nothing changes after init; dispatch sources may be used from any thread.
final class StopSignals: @unchecked Sendable {
    private let sources: [any DispatchSourceSignal]
    private let signals: AsyncStream<Int32>

    init() {
        let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
        signals = stream
        let queue = DispatchQueue(label: "rondo.signals")
        let counter = SignalCounter()
        sources = [SIGTERM, SIGINT].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler {
                if counter.next() > 1 { _exit(128 + number) }
                continuation.yield(number)
            }
            source.activate()
            return source
        }
        signal(SIGPIPE, SIG_IGN)
    }

    /// The first signal, with its number; nil when the task is cancelled before.
    func first() async -> Int32? {
        for await number in signals { return number }
        return nil
    }
}
