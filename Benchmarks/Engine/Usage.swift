import EngineSpeed
import Kernels
import RecurrentLayers

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// How the benchmark is called, and its refusals: a line on standard error and exit code 64.
enum Usage {
    static let suites = ["products", "shapes", "lengths", "limits", "allocations", "numbers"]
    static let workloads = Workload.all.map(\.name) + [TransformerRun.name]
    static let names = workloads + suites

    static let text = """
        usage: engine-bench [--threads N] [--only NAME,...] [--budget SECONDS] [--weights float32|float16]

        --only takes workloads (\(workloads.joined(separator: ", ")))
        and suites:
          products     products of the shapes of recurrence, as fractions of the machine
          shapes       odd shapes beside their round neighbours
          lengths      the cost of a token over the length of a window
          limits       fused multiply-adds and reading, from each level of memory
          allocations  allocations of a repetition
          numbers      vanishing, saturated and far-away numbers beside usual ones
        --budget is the time of a measurement. RONDO_ISA forces an instruction set
        (\(InstructionSet.supportedNames.joined(separator: ", ")) here).
        """

    static func refuse(_ fault: String) -> Never {
        _ = "engine-bench: \(fault)\n\n\(text)\n".withCString { write(2, $0, strlen($0)) }
        exit(64)
    }

    static func number<Value>(
        _ flag: String, _ text: String, _ parse: (String) -> Value?, where isValid: (Value) -> Bool
    ) -> Value {
        guard let value = parse(text), isValid(value) else { refuse("\(flag): \"\(text)\" is not possible") }
        return value
    }
}
