import Glibc

/// Runs independent clients and tools.
package enum Shell {
    /// What a command wrote to both of its outputs, and its exit code.
    package static func run(_ command: String) -> (output: String, code: Int32) {
        guard let pipe = popen("{ \(command)\n} 2>&1", "r") else { return ("popen failed", -1) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&buffer, 1, buffer.count, pipe), count > 0 { bytes += buffer[..<count] }
        let status = pclose(pipe)
        return (String(decoding: bytes, as: UTF8.self), (status >> 8) & 0xFF)
    }

    /// The same on a thread of its own.
    package static func runOffPool(_ command: String) async throws -> (output: String, code: Int32) {
        try await offPool { run(command) }
    }
}
