package import Kernels

/// How long a measuring may take, and how far it has come.
///
/// Whoever measures calls `begin` with the number of its cases and runs them by `map`. Without a limit all cases are
/// measured, and the results are those of `FixedOrder.map`. With one, cases are taken in a random order, a part at a
/// time, until the time is up: those measured are a sample of all.
package final class EvaluationBudget {
    /// How far a measuring has come.
    package struct Progress: Sendable, Equatable {
        /// Cases measured.
        package var done: Int
        /// Cases in all.
        package var total: Int
    }

    /// Parts that all cases are measured in, so that progress is seen.
    private static let parts = 64
    /// Of the time that is left, what a part may take as far as one can tell.
    private static let partShare = 0.1

    /// After which the weights were best, for those that train once more to measure; 0 where that is not known.
    package let epochs: Int
    /// Cases measured so far, of all that there are.
    package private(set) var progress = Progress(done: 0, total: 0)
    /// Whether somebody asked to stop.
    package private(set) var isStopped = false
    /// What all cases would have taken, at the pace of those that were measured.
    package private(set) var estimatedSeconds = 0.0
    private let deadlineSeconds: Double?
    private let casesMax: Int
    private let now: () -> Double
    private let report: ((Progress) -> Bool)?

    /// - Parameters:
    ///   - seconds: to be kept; nil is as long as it takes.
    ///   - casesMax: cases to measure at most; those that are measured at once may be a few more.
    ///   - epochs: after which the weights were best.
    ///   - now: seconds of a monotonic clock.
    ///   - report: told after each part; false stops the measuring, whose result is then worth nothing.
    package init(
        seconds: Double? = nil, casesMax: Int = .max, epochs: Int = 0,
        now: @escaping () -> Double = { 0 },
        report: ((Progress) -> Bool)? = nil
    ) {
        deadlineSeconds = seconds.map { now() + $0 }
        self.casesMax = casesMax
        self.epochs = epochs
        self.now = now
        self.report = report
    }

    /// As long as it takes.
    package static var unlimited: EvaluationBudget { EvaluationBudget() }

    /// Whether only some of the cases may come to be measured.
    package var isLimited: Bool { deadlineSeconds != nil || casesMax < .max }

    /// Whether only a few cases are wanted, to know how long all take.
    package var isProbe: Bool { casesMax < .max }

    /// What a verdict says when only a sample was measured: `; measured on 120 of 800 cases, as the time was short`.
    package var remark: String {
        progress.done < progress.total
            ? "; measured on \(progress.done) of \(progress.total) cases, as the time was short" : ""
    }

    /// When a share of the time that is left from now on will be over, on the clock of the budget.
    package func deadline(share: Double = 1) -> Double {
        guard let deadlineSeconds else { return .infinity }
        let start = now()
        return start + (deadlineSeconds - start) * share
    }

    /// Tells how many cases there are in all.
    package func begin(cases: Int) {
        progress = Progress(done: 0, total: cases)
        isStopped = report.map { !$0(progress) } ?? false
    }

    /// Tells that more cases are measured.
    /// - Returns: whether there is time for more.
    package func goesOn(after cases: Int, until deadline: Double) -> Bool {
        progress.done += cases
        if let report, !report(progress) { isStopped = true }
        return !isStopped && progress.done < casesMax && (deadline == .infinity || now() < deadline)
    }

    /// Runs a part of the measuring, which tells the cases it measures by `goesOn` or `map`.
    /// - Parameter cases: that it would measure if there were no limit.
    package func timed<Result>(cases: Int, _ body: () -> Result) -> Result {
        let before = progress.done, start = now()
        defer {
            let done = max(1, progress.done - before)
            estimatedSeconds += (now() - start) * max(1, Double(cases) / Double(done))
        }
        return body()
    }

    /// Runs `body` for each index below `count`, or for as many as the time allows: at least one.
    ///
    /// - Parameters:
    ///   - share: of the time left, what all of this may take; less than 1 where more is to be measured after it.
    ///   - cases: behind an index.
    /// - Returns: the indices measured, ascending, with their results.
    package func map<Result>(
        _ count: Int, _ pool: ComputePool, share: Double = 1, cases: (Int) -> Int = { _ in 1 },
        _ body: (Int) -> Result
    ) -> [(index: Int, result: Result)] {
        timed(cases: (0..<count).reduce(0) { $0 + cases($1) }) { parts(count, pool, share, cases, body) }
    }

    private func parts<Result>(
        _ count: Int, _ pool: ComputePool, _ share: Double, _ cases: (Int) -> Int, _ body: (Int) -> Result
    ) -> [(index: Int, result: Result)] {
        let order =
            isLimited
            ? LengthBuckets.permutation(count, seed: 0, stream: RandomStream.measuring) : Array(0..<count)
        let deadline = deadline(share: share)
        var found: [(index: Int, result: Result)] = []
        var next = 0, goesOn = true
        var size = isLimited ? pool.threads : report == nil ? count : max(pool.threads, count / Self.parts)
        while next < count, goesOn {
            let part = Array(order[next..<min(count, next + size)])
            let began = isLimited ? now() : 0
            found += zip(part, FixedOrder.map(part.count, pool) { body(part[$0]) }).map { ($0, $1) }
            next += part.count
            goesOn = self.goesOn(after: part.reduce(0) { $0 + cases($1) }, until: deadline)
            guard deadlineSeconds != nil else { continue }
            // The part to come may grow as long as it stays short beside what is left.
            let end = now(), seconds = (end - began) / Double(part.count)
            let fitting = seconds > 0 ? (deadline - end) * Self.partShare / seconds : Double(2 * size)
            size = Int(max(1, min(Double(2 * size), fitting)))
        }
        return found.sorted { $0.index < $1.index }
    }
}
