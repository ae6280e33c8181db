extension Evaluation {
    /// Nothing was held back, so nothing is claimed.
    static let unmeasured = Evaluation(
        metrics: [:], baselines: [:], skill: nil, verdict: "not measured: no data was held back for validation")

    /// One plain sentence.
    /// - Parameter skill: 1 − model / best baseline.
    static func verdict(skill: Double?, against baseline: String) -> String {
        guard let skill else { return "not comparable: \(baseline) makes no error to compare with" }
        let percent = Int((abs(skill) * 100).rounded())
        if skill > 0.01 { return "better than \(baseline) by \(percent) %" }
        if skill >= -0.01 { return "no better than \(baseline)" }
        return "worse than \(baseline) by \(percent) %: do not use this model, \(baseline) does better"
    }
}
