import CAllocationCounter
import JSON
import System

/// Reading and writing of JSON, in megabytes a second of CPU time, one JSON object a line:
///
///     json-bench [SECONDS [FILE…]]
///
/// Without files, texts of its own are read and written. With files, those are; each answer's value is written. The
/// allocations are those of one reading and one writing.
@main struct JSONBench {
    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst()
        let budget = arguments.first.flatMap { Double($0) } ?? 1
        let files = arguments.dropFirst()
        guard files.isEmpty else {
            for path in files {
                let bytes = try AtomicFile.read(path: path, sizeBytesMax: 1 << 30)
                try measure(path.split(separator: "/").last.map(String.init) ?? path, bytes, budget)
            }
            return
        }
        for (name, value) in BuiltInTexts.all { try measure(name, value.bytes, budget) }
    }

    private static func measure(_ name: String, _ bytes: [UInt8], _ budget: Double) throws {
        let value = try JSONParser.parse(bytes)
        let written = value.bytes
        try measure(name, "json_parse", bytes.count, budget) { try JSONParser.parse(bytes) }
        measure(name, "json_write", written.count, budget) { value.bytes }
    }

    private static func measure<Result>(
        _ name: String, _ metric: String, _ size: Int, _ budget: Double, _ body: () throws -> Result
    ) rethrows {
        let allocationsBefore = rk_allocations()
        let result = try body()
        let allocations = rk_allocations() - allocationsBefore
        let repeats = max(1, 1_000_000 / size)
        var seconds: [Double] = []
        let start = now
        while seconds.count < 7 || now - start < budget {
            let before = now
            for _ in 0..<repeats { withExtendedLifetime(try body()) {} }
            seconds.append((now - before) / Double(repeats))
        }
        withExtendedLifetime(result) {}
        seconds.sort()
        func rate(_ seconds: Double) -> Double { Double(size) / seconds / 1e6 }
        let line: JSONValue = [
            "workload": .string(name), "peer": "rondo", "threads": 1, "metric": .string(metric),
            "value": .number(rate(seconds[seconds.count / 2])), "unit": "MB/s", "reps": .integer(seconds.count),
            "min": .number(rate(seconds[seconds.count - 1])), "max": .number(rate(seconds[0])),
            "bytes": .integer(size), "seconds": .number(seconds[0]), "allocations": .integer(allocations),
        ]
        print(line.text)
    }

    /// CPU seconds of this process.
    private static var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
