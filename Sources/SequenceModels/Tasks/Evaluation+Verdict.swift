extension Evaluation {
    /// Beyond it, a percentage says no more.
    private static let percentMax = 1e6
    /// Skill below which a difference is none, however sure it is.
    private static let negligible = 0.01

    /// Twice the standard error, and cases, at which no difference is a finding of its own.
    private static let equal = 0.05, casesMany = 30

    /// One plain sentence: what is more than chance is claimed, with its standard error; what is not, is not.
    ///
    /// - Parameters:
    ///   - rival: the best of the simple methods, in words.
    ///   - basis: the cases, in words.
    ///   - cases: the same without how they were held back; nil where that is all.
    package static func verdict(
        _ comparison: Comparison?, against rival: String, basis: String, cases: String? = nil
    ) -> String {
        guard let comparison else { return "not comparable: \(rival) makes no error to compare with" }
        if comparison.skill == 0, comparison.standardError ?? 0 < negligible {
            return "no different from \(rival) (\(basis))"
        }
        let share = percent(abs(comparison.skill))
        let error = comparison.reportedError.map { " ± \(percent($0))" } ?? ""
        guard comparison.isSignificant else {
            let way = comparison.skill < 0 ? "worse" : "better"
            if let deviation = comparison.standardError, comparison.cases >= casesMany, 2 * deviation < equal {
                return "about as good as \(rival): \(way) by \(share)\(error) % (\(basis))"
            }
            let seen =
                comparison.skill == 0 ? "just as good,\(error) %" : "\(way) by \(share)\(error) %, which may be chance"
            let counted = cases ?? basis
            let verb = counted.hasPrefix("1 ") && !counted.contains("×") ? "is" : "are"
            return "not clearly different from \(rival): \(counted) \(verb) too few to tell (\(seen))"
        }
        if abs(comparison.skill) < negligible { return "no better than \(rival) (\(basis))" }
        if comparison.skill > 0 { return "better than \(rival) by \(share)\(error) % (\(basis))" }
        return "worse than \(rival) by \(share)\(error) % (\(basis)): do not use this model, \(rival) does better"
    }

    private static func percent(_ share: Double) -> String {
        let percent = (share * 100).rounded()
        // Beside a baseline that is almost right, an error may be any number of times as large.
        guard percent < percentMax else { return "more than \(Int(percentMax))" }
        return percent > 0 || share == 0 ? "\(Int(percent))" : "\((share * 1000).rounded() / 10)"
    }
}
