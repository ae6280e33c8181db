import JSON
import TestSupport
import Testing

/// The server takes as many processors as it may use, and says so.
@Suite(.serialized) struct MachineShareTests {
    /// A machine with one processor shows nothing here; the forms of control groups have unit tests.
    @Test func threadsFollowTheAffinity() throws {
        let server = try TestServer(data: TemporaryDirectory(), preparation: "taskset -p -c 0 $$ > /dev/null")
        func line() -> Substring {
            server.process.errors.split(separator: "\n").first { $0.contains("what the process may use") } ?? ""
        }
        try server.wait(for: "the line") { !line().isEmpty }
        let line = line()
        for fact in [" info ", " processors=1 ", " training_threads=1", " prediction_threads=2 "] {
            #expect(line.contains(fact), "\(server.process.errors)")
        }
        #expect(line.contains("processors_by=affinity") || line.contains("processors_by=machine"), "\(line)")
        #expect(try server.metric("rondo_processors") == 1)
        let memory = try server.metric("rondo_memory_limit_bytes")
        #expect(line.contains(" memory_bytes=\(Int(memory)) "), "\(line)")
        #expect(server.stop() == 0)
    }

    @Test func limitsBeyondTheMemoryAreLogged() throws {
        let server = try TestServer(
            data: TemporaryDirectory(), arguments: ["--training-memory-bytes-max", "1000000000000"])
        try server.wait(for: "the warning") {
            server.process.errors.contains(" warning the limits of memory add up to ")
        }
        #expect(server.stop() == 0)
    }
}
