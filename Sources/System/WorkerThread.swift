import CThread
import Dispatch

/// A thread of our own, for work that must run neither on an event loop nor on Swift's cooperative pool.
package final class WorkerThread: Sendable {
    private let ended = DispatchSemaphore(value: 0)

    /// Starts a thread that runs `body` once.
    ///
    /// - Parameters:
    ///   - name: for messages, and for whoever looks at the threads of the process.
    ///   - niceness: of a thread that works for long: added to its OS priority, 0 to 19; higher yields more to others.
    ///     Whatever it is, others that wait for its processor run after each tenth of a millisecond of its work; see
    ///     `worked`.
    ///   - isPrompt: others wait for it, and it computes little at a time: when it is woken it runs at once (Linux
    ///     6.12), and does not wait until a thread that computes has had its turn of milliseconds.
    ///   - stackSizeBytes: address space of the stack; pages are taken as they are touched.
    package init(
        name: String, niceness: Int32? = nil, isPrompt: Bool = false, stackSizeBytes: Int = 8 << 20,
        _ body: @escaping @Sendable () -> Void
    ) {
        let start = Start(name: name, niceness: niceness, isPrompt: isPrompt) { [ended] in
            body()
            ended.signal()
        }
        // Not `pthread_attr_t()`: zlib's header brings the type along, and its initialiser then belongs to either
        // module.
        let attributes = UnsafeMutablePointer<pthread_attr_t>.allocate(capacity: 1)
        defer { attributes.deallocate() }
        pthread_attr_init(attributes)
        pthread_attr_setstacksize(attributes, stackSizeBytes)
        pthread_attr_setdetachstate(attributes, Int32(PTHREAD_CREATE_DETACHED))
        let box = Unmanaged.passRetained(start)
        var thread = pthread_t()
        let code = pthread_create(
            &thread, attributes,
            { pointer in
                // SAFETY: the pointer is the retained box below; this thread takes over the one reference.
                if let pointer { Unmanaged<Start>.fromOpaque(pointer).takeRetainedValue().run() }
                return nil
            }, box.toOpaque())
        pthread_attr_destroy(attributes)
        precondition(code == 0, "pthread_create(\(name)) failed with errno \(code)")
    }

    /// Lets others run if they wait for the processor of the calling thread, and this has a niceness and worked for a
    /// while. To be called within long work, where nothing is locked that others need.
    ///
    /// - Parameter operations: about how much was done since the last call: multiplications, or bytes copied.
    package static func worked(_ operations: Int) { rondo_worked(UInt64(operations)) }

    /// Does work on the calling thread that takes long, though the thread has no niceness: meanwhile others that wait
    /// for its processor run between pieces, as for a thread that has one.
    package static func inPieces<Result>(_ body: () -> Result) -> Result {
        rondo_set_pieces(pieces)
        defer { rondo_set_pieces(0) }
        return body()
    }

    /// Microseconds of work between which others run.
    fileprivate static let pieces: UInt32 = 100

    /// How often the calling thread has let others run.
    package static var piecesEnded: Int { Int(rondo_pieces_ended()) }

    /// Bytes that are worked on at a time where others should run in between.
    package static let bytesAtATime = 256 << 10

    /// Blocks until the body has returned. Not for use from async code.
    package func join() {
        ended.wait()
        ended.signal()
    }
}

/// What a new thread is handed.
private final class Start: Sendable {
    private let name: String
    private let niceness: Int32?
    private let isPrompt: Bool
    private let body: @Sendable () -> Void

    /// The shortest turns that Linux has, in microseconds.
    private static let promptTurns: UInt32 = 100

    init(name: String, niceness: Int32?, isPrompt: Bool, body: @escaping @Sendable () -> Void) {
        self.name = name
        self.niceness = niceness
        self.isPrompt = isPrompt
        self.body = body
    }

    func run() {
        rondo_name_thread(name)
        // Linux keeps a nice value per thread: who = 0 is the calling thread. Failing to yield is not an error.
        if let niceness {
            if niceness > 0 { _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, niceness) }
            rondo_set_pieces(WorkerThread.pieces)
        }
        if isPrompt { rondo_set_turns(Self.promptTurns) }
        body()
    }
}
