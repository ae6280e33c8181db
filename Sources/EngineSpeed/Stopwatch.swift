import Dispatch

/// Seconds of repetitions.
package enum Stopwatch {
    /// Three repetitions to warm up, then at least seven, until the budget is spent or two hundred are done.
    package static func seconds(budget: Double, _ body: () -> Void) -> [Double] {
        for _ in 0..<3 { body() }
        var times: [Double] = []
        let start = now
        while times.count < 7 || (now - start < budget && times.count < 200) {
            let before = now
            body()
            times.append(now - before)
        }
        return times
    }

    package static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

    private static var now: Double { Double(DispatchTime.now().uptimeNanoseconds) * 1e-9 }
}
