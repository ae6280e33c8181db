import Foundation
import Glibc

/// A generator of hostile cases that knows the structure of what it spoils: files of weights with their settings,
/// stored models, requests, configurations. What a case must never do is end the process; that it is refused, or that
/// its numbers are nonsense, is fine.
///
///     fuzz-models TARGET [--seconds S] [--seed N] [--case I] [--state FILE]
///
/// Case I of a seed is always the same. Before each case its number is written to the state file, so that the shell
/// finds it there when the process has ended; `--case I` runs that one alone and says what it is.
@main struct Main {
    /// A case that takes longer hangs, for any size that the targets ask for.
    private static let caseSecondsMax: UInt32 = 120
    /// Address space of the process: a case must not ask for more than its bytes are worth.
    private static let memoryBytesMax = 6 << 30

    static func main() throws {
        var arguments = CommandLine.arguments.dropFirst()
        guard let name = arguments.popFirst(), let kind = Target(rawValue: name) else {
            let names = Target.allCases.map(\.rawValue).joined(separator: "|")
            print("usage: fuzz-models \(names) [--seconds S] [--seed N] [--case I] [--state FILE]")
            exit(2)
        }
        var options: [String: String] = [:]
        while let key = arguments.popFirst(), let value = arguments.popFirst() { options[key] = value }
        let seconds = options["--seconds"].flatMap(Double.init) ?? 10
        let seed = options["--seed"].flatMap(UInt64.init) ?? UInt64(time(nil))
        let only = options["--case"].flatMap(Int.init)
        var limit = rlimit(rlim_cur: rlim_t(memoryBytesMax), rlim_max: rlim_t(memoryBytesMax))
        setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
        let state = options["--state"].map { open($0, O_WRONLY | O_CREAT | O_TRUNC, 0o644) } ?? -1
        let target = try kind.make()
        var counts: [String: Int] = [:]
        let start = Date()
        var index = only ?? 0
        while only != nil || Date().timeIntervalSince(start) < seconds {
            note("\(name) --seed \(seed) --case \(index)\n", state)
            alarm(caseSecondsMax)
            var random = RandomSource(seed: seed, index: index)
            let outcome = target.run(&random, verbose: only != nil)
            counts[outcome, default: 0] += 1
            index += 1
            if only != nil { break }
        }
        note("", state)
        let summary = counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        print("\(name): seed \(seed), \(index) cases: \(summary)")
    }

    /// Replaces the content of the state file; it is there after the end of the process, though not after one of the
    /// machine.
    private static func note(_ text: String, _ descriptor: Int32) {
        guard descriptor >= 0 else { return }
        ftruncate(descriptor, 0)
        _ = text.withCString { pwrite(descriptor, $0, strlen($0), 0) }
    }
}

/// What is spoiled.
enum Target: String, CaseIterable {
    case imports, models, checkpoints, requests, configuration

    func make() throws -> any FuzzTarget {
        switch self {
        case .imports: try ImportTarget()
        case .models: try ModelTarget()
        case .checkpoints: try CheckpointTarget()
        case .requests: try RequestTarget()
        case .configuration: ConfigurationTarget()
        }
    }
}

/// Runs one case.
protocol FuzzTarget {
    /// - Returns: what became of the case, in a word or two.
    func run(_ random: inout RandomSource, verbose: Bool) -> String
}
