import Glibc
import Synchronization

/// A terminal of a given width, and all that is written to it.
final class Terminal: Sendable {
    // TIOCSPTLCK and TIOCGPTN of Linux: macros that Swift does not see.
    private static let setLock: UInt = 0x4004_5431
    private static let getNumber: UInt = 0x8004_5430

    /// The device that a process opens.
    let path: String
    private let descriptor: Int32
    private let received = Mutex<[UInt8]>([])

    init(columns: UInt16) throws {
        descriptor = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK)
        var isLocked: Int32 = 0
        var number: Int32 = 0
        guard descriptor >= 0, ioctl(descriptor, Self.setLock, &isLocked) == 0,
            ioctl(descriptor, Self.getNumber, &number) == 0
        else {
            throw TestFailure("no terminal: errno \(errno)")
        }
        path = "/dev/pts/\(number)"
        var size = winsize(ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        guard ioctl(descriptor, UInt(TIOCSWINSZ), &size) == 0 else { throw TestFailure("no width: errno \(errno)") }
    }

    deinit { close(descriptor) }

    /// Takes what is there; call it until the process has ended, since a full terminal makes it wait.
    func read() {
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count <= 0 { return }
            received.withLock { $0 += chunk[..<count] }
        }
    }

    /// Each state of the line with the cursor, without control sequences.
    var lines: [String] {
        received.withLock { String(decoding: $0, as: UTF8.self) }
            .replacing("\u{1B}[K", with: "").split { $0.isNewline || $0 == "\r" }.map(String.init)
    }
}
