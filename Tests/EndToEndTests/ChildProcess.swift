import Glibc
import TestSupport

/// A process that we started, ended by its own id. Standard output and error go to files.
final class ChildProcess {
    let pid: pid_t
    private let outputPath: String
    private let errorPath: String
    private var code: Int32?

    /// Where the libraries are, and how a sanitizer runs (Tests/Sanitizers/run.sh).
    private static let inheritedVariables = ["LD_LIBRARY_PATH", "LD_PRELOAD", "TSAN_OPTIONS", "ASAN_OPTIONS"]

    /// - Parameters:
    ///   - environment: added to a small environment without any RONDO_ variable.
    ///   - terminal: takes standard error in place of a file.
    ///   - outputTerminal: takes standard output, likewise.
    ///   - preparation: shell commands before the process takes the shell's place.
    ///   - socket: becomes descriptor 3.
    init(
        _ arguments: [String], in directory: TemporaryDirectory, environment: [String: String] = [:],
        terminal: Terminal? = nil,
        outputTerminal: Terminal? = nil, preparation: String? = nil, socket: Int32? = nil
    ) throws {
        let tag = String(UInt32.random(in: 0...UInt32.max), radix: 16)
        outputPath = directory.path + "/out-" + tag
        errorPath = directory.path + "/err-" + tag
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        if let outputTerminal {
            posix_spawn_file_actions_addopen(&actions, 1, outputTerminal.path, O_RDWR | O_NOCTTY, 0)
        } else {
            posix_spawn_file_actions_addopen(&actions, 1, outputPath, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        }
        if let terminal {
            posix_spawn_file_actions_addopen(&actions, 2, terminal.path, O_RDWR | O_NOCTTY, 0)
        } else {
            posix_spawn_file_actions_addopen(&actions, 2, errorPath, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        }
        if let socket { posix_spawn_file_actions_adddup2(&actions, socket, 3) }
        var variables = ["PATH=/usr/bin:/bin"]
        for name in Self.inheritedVariables {
            if let value = getenv(name) { variables.append(name + "=" + String(cString: value)) }
        }
        variables += environment.map { "\($0.key)=\($0.value)" }
        let program = preparation == nil ? RondoBinary.path : "/bin/sh"
        let shell = preparation.map { ["/bin/sh", "-c", $0 + "; exec \"$0\" \"$@\""] } ?? []
        var argv = (shell + [RondoBinary.path] + arguments).map { strdup($0) } + [nil]
        var envp = variables.map { strdup($0) } + [nil]
        defer { for text in argv + envp { free(text) } }
        var pid: pid_t = 0
        let result = posix_spawn(&pid, program, &actions, nil, &argv, &envp)
        guard result == 0 else { throw TestFailure("cannot start \(RondoBinary.path): errno \(result)") }
        self.pid = pid
    }

    deinit {
        if code == nil {
            kill(pid, SIGKILL)
            _ = wait()
        }
    }

    func signal(_ number: Int32) { kill(pid, number) }

    /// Waits for the end. The exit code, or 128 + the signal.
    func wait() -> Int32 {
        if let code { return code }
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
        let ended = status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
        code = ended
        return ended
    }

    var isRunning: Bool {
        if code != nil { return false }
        var information = siginfo_t()
        return waitid(P_PID, id_t(pid), &information, WEXITED | WNOHANG | WNOWAIT) == 0 && information.si_signo == 0
    }

    var output: String { Self.text(outputPath) }
    var errors: String { Self.text(errorPath) }

    private static func text(_ path: String) -> String {
        guard let stream = fopen(path, "r") else { return "" }
        defer { fclose(stream) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&chunk, 1, chunk.count, stream)
            if count == 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes += chunk[..<count]
        }
    }
}
