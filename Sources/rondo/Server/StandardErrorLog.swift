import Logging
import SequenceService

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// One line per event on standard error: time, level, message, facts.
///
///     2026-01-01T00:00:00.000Z info job started job=job_01J… model=airline
struct StandardErrorLog: LogHandler {
    var logLevel: Logger.Level = .info
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let facts = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
        var line = "\(Timestamp.text(milliseconds: Clock.wallMilliseconds())) \(event.level) \(event.message)"
        for (key, value) in facts { line += " \(key)=\(Self.quoted("\(value)"))" }
        StandardError.write(line + "\n")
    }

    /// Values with spaces or control characters are quoted, so that a line stays one line.
    private static func quoted(_ text: String) -> String {
        let isPlain = !text.isEmpty && text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0 != "\"" && $0.value != 0x7F }
        return isPlain ? text : text.debugDescription
    }
}

/// Standard error, written at once.
enum StandardError {
    static func write(_ text: String) { StandardOutput.write(Array(text.utf8), to: STDERR_FILENO) }

    static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    static var columns: Int { StandardOutput.columns(of: STDERR_FILENO) }
}

/// Standard output, written at once; a reader that left ends the program quietly.
enum StandardOutput {
    static func write(_ text: String) { write(Array(text.utf8), to: STDOUT_FILENO) }

    static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

    static var columns: Int { columns(of: STDOUT_FILENO) }

    /// Width of the terminal; 80 where it does not say.
    static func columns(of descriptor: Int32) -> Int {
        var size = winsize()
        return ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
    }

    static func write(_ bytes: [UInt8], to descriptor: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { buffer in
                #if canImport(Glibc)
                Glibc.write(descriptor, buffer.baseAddress, buffer.count)
                #elseif canImport(Musl)
                Musl.write(descriptor, buffer.baseAddress, buffer.count)
                #else
                Darwin.write(descriptor, buffer.baseAddress, buffer.count)
                #endif
            }
            if count > 0 { rest = rest.dropFirst(count) } else if errno != EINTR && errno != EAGAIN { return }
        }
    }
}
