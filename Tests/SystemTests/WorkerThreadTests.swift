import Synchronization
import System
import Testing

@Suite struct WorkerThreadTests {
    /// Linux keeps 15 bytes of a name.
    @Test(arguments: [("predict-1", "predict-1"), ("a name of more than 15 bytes", "a name of more ")])
    func threadsAreKnownByName(given: String, kept: String) {
        let found = Mutex("")
        WorkerThread(name: given) {
            guard let file = fopen("/proc/thread-self/comm", "r") else { return }
            defer { fclose(file) }
            var name = [CChar](repeating: 0, count: 32)
            guard fgets(&name, 32, file) != nil else { return }
            let bytes = name.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }
            found.withLock { $0 = String(decoding: bytes, as: UTF8.self) }
        }
        .join()
        #expect(found.withLock { $0 } == kept)
    }

    /// Nanoseconds of a turn, as the kernel tells those of the calling thread; nil where it does not.
    private static func turn() -> Int? {
        guard let file = fopen("/proc/thread-self/sched", "r") else { return nil }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, 256, file) != nil {
            let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            guard text.hasPrefix("se.slice "), let value = text.split(separator: ":").last else { continue }
            return Int(value.filter(\.isNumber))
        }
        return nil
    }

    /// The rest of a thread's standing with the system stays as it is.
    @Test func promptThreadsHaveShortTurns() {
        let found = Mutex<(turn: Int?, niceness: Int32, child: Int?)>((nil, 0, nil))
        WorkerThread(name: "prompt", niceness: 3, isPrompt: true) {
            let niceness = getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0), child = Mutex<Int?>(nil)
            WorkerThread(name: "child") { child.withLock { $0 = Self.turn() } }.join()
            found.withLock { $0 = (Self.turn(), niceness, child.withLock { $0 }) }
        }
        .join()
        let seen = found.withLock { $0 }
        #expect(seen.niceness == getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0) + 3)
        // Before Linux 6.12 no thread had turns of its own, and a kernel need not tell them.
        guard Self.hasTurns, let turn = seen.turn, let child = seen.child else { return }
        #expect(turn == 100_000 && child != turn, "\(turn), \(child)")
    }

    private static var hasTurns: Bool {
        var system = utsname()
        uname(&system)
        let release = withUnsafeBytes(of: system.release) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        let numbers = release.split(whereSeparator: { !$0.isNumber }).prefix(2).compactMap { Int($0) }
        return numbers.count == 2 && (numbers[0], numbers[1]) >= (6, 12)
    }
}
