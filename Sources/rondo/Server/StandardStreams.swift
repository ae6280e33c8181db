import CommandData
import System

/// Standard error, written at once.
enum StandardError {
    static func write(_ text: String) { StandardOutput.write(Array(text.utf8), to: STDERR_FILENO) }

    static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    static var columns: Int { StandardOutput.columns(of: STDERR_FILENO) }
}

/// Standard output, written at once; a reader that left ends the program quietly.
enum StandardOutput {
    static func write(_ text: String) { write(Array(text.utf8)) }

    static func write(_ bytes: [UInt8]) { write(bytes, to: STDOUT_FILENO) }

    /// Whoever started the command may ignore SIGPIPE, which is inherited: then a command whose reader left, as `head`
    /// does, would compute what nobody reads.
    static func endsWithItsReader() { signal(SIGPIPE, SIG_DFL) }

    static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

    static var columns: Int { columns(of: STDOUT_FILENO) }

    /// Width of the terminal; 80 where it does not say.
    static func columns(of descriptor: Int32) -> Int {
        var size = winsize()
        return ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
    }

    /// A table, cut to the terminal where it goes to one.
    static func write(_ table: TextTable) {
        for line in table.lines(width: isTerminal ? columns : nil) { write(line + "\n") }
    }

    static func write(_ bytes: [UInt8], to descriptor: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { buffer in
                Glibc.write(descriptor, buffer.baseAddress, buffer.count)
            }
            if count > 0 { rest = rest.dropFirst(count) } else if errno != EINTR && errno != EAGAIN { return }
        }
    }
}
