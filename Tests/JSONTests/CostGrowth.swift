import System

/// CPU seconds of this thread: what neighbours on the machine do not change much.
private func threadSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// How much more the work on sixteen times the input costs: about 16 where the cost is linear, 256 where it is
/// quadratic. It says nothing of speed, so that neither a slow machine nor a sanitizer changes it much.
///
/// - Parameter prepare: makes the input of a size; its time does not count.
func costGrowth<Input>(size: Int, _ prepare: (Int) -> Input, _ work: (Input) throws -> Void) rethrows -> Double {
    func best(_ input: Input) throws -> Double {
        var least = Double.infinity
        for _ in 0..<3 {
            let start = threadSeconds()
            try work(input)
            least = min(least, threadSeconds() - start)
        }
        return least
    }
    let small = try best(prepare(size)), large = try best(prepare(size * 16))
    return large / max(small, 1e-7)
}

/// Between the 16 of a linear cost and the 256 of a quadratic one.
let linearGrowthMax = 64.0
