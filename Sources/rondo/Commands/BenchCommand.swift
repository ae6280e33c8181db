import ArgumentParser
import EngineSpeed
import JSON
import Kernels

/// `rondo bench`: what this machine does, in less than half a minute.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measures training and stepping on this machine.",
        discussion: """
            Tokens of training and steps of prediction per second, for 1, 2, 4 … threads, beside the machine's own \
            peak of fused multiply-adds and its rate of reading memory, both measured at the start. A share of the \
            peak near 1 says that nothing is left to gain; of memory, that the weights come from there and not from \
            a cache.
            """)

    @Option(help: "Maximum number of threads (default: one per processor).")
    var threads: Int?

    @Flag(help: "Write JSON.")
    var json = false

    func validate() throws {
        guard threads.map({ (1...1024).contains($0) }) ?? true else {
            throw ValidationError("--threads must be from 1 to 1024.")
        }
        if let refusal = InstructionSet.refusal { throw ValidationError(refusal) }
    }

    func run() async throws {
        let most = threads ?? ComputePool.coreCount
        let isJSON = json
        try await ServerOptions.blocking {
            let display = BenchDisplay(isJSON: isJSON)
            display.begin()
            for count in Self.threadCounts(most) {
                let pool = ComputePool(threads: count)
                let limits = MachineLimits(pool: pool)
                display.show(limits, threads: count)
                for bench in try SpeedMeasurement.all(pool: pool, budget: Self.seconds(most)) {
                    display.show(bench, limits, threads: count)
                }
            }
            display.end()
        }
    }

    /// 1, 2, 4 … and the most.
    private static func threadCounts(_ most: Int) -> [Int] {
        var counts = [most]
        var count = 1
        while count < most {
            counts.append(count)
            count *= 2
        }
        return counts.sorted()
    }

    /// Of one measurement, so that all of them take some twenty.
    private static func seconds(_ most: Int) -> Double {
        15 / Double(threadCounts(most).count * SpeedMeasurement.names.count)
    }
}
