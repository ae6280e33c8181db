extension Evaluation {
    /// Nothing was held back, so nothing is claimed.
    static let unmeasured = Evaluation(
        metrics: [:], baselines: [:], skill: nil, verdict: "not measured: no data was held back for validation")

    /// Beyond it, a percentage says no more.
    private static let percentMax = 1e6

    /// One plain sentence.
    /// - Parameter skill: 1 − model / best baseline.
    static func verdict(skill: Double?, against baseline: String) -> String {
        guard let skill else { return "not comparable: \(baseline) makes no error to compare with" }
        let share = (abs(skill) * 100).rounded()
        // Beside a baseline that is almost right, an error may be any number of times as large.
        let percent = share < percentMax ? "\(Int(share))" : "more than \(Int(percentMax))"
        if skill > 0.01 { return "better than \(baseline) by \(percent) %" }
        if skill >= -0.01 { return "no better than \(baseline)" }
        return "worse than \(baseline) by \(percent) %: do not use this model, \(baseline) does better"
    }
}
