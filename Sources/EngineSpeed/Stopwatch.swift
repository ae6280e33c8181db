import Dispatch

/// Seconds of repetitions.
package enum Stopwatch {
    /// `warmUps` repetitions first, then at least `least`, until the budget is spent or two hundred are done.
    package static func seconds(budget: Double, warmUps: Int = 3, least: Int = 7, _ body: () -> Void) -> [Double] {
        for _ in 0..<warmUps { body() }
        var times: [Double] = []
        let start = now
        while times.count < least || (now - start < budget && times.count < 200) {
            let before = now
            body()
            times.append(now - before)
        }
        return times
    }

    /// The upper median.
    ///
    /// - Precondition: there is a value.
    package static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

    private static var now: Double { Double(DispatchTime.now().uptimeNanoseconds) * 1e-9 }
}
