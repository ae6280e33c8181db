/// What becomes of several values of one step. Missing ones (NaN) are left out; a step without any stays missing.
package enum MergeRule: String, CaseIterable, Sendable {
    case sum, mean
    /// The latest.
    case last
}

/// What is done with timestamps that are not in order, not different or not on a grid.
package struct PlacementRules: Sendable {
    /// For timestamps that repeat; nil refuses them.
    package var merge: MergeRule?
    /// Whether timestamps earlier than the one before are an error; otherwise they are sorted.
    package var refusesDisorder: Bool
    /// Whether stamps between steps count to the step whose period they lie in, merged (by mean unless `merge` says
    /// otherwise); otherwise they are refused.
    package var resamples: Bool
    /// How many steps a series may have from its first timestamp to its last; memory goes by it.
    package var stepsMax: Int

    /// - Parameters:
    ///   - merge: for timestamps that repeat; nil refuses them.
    ///   - refusesDisorder: whether timestamps must be sorted.
    ///   - resamples: whether stamps may lie between steps.
    ///   - stepsMax: from the first timestamp to the last.
    package init(
        merge: MergeRule? = nil, refusesDisorder: Bool = false, resamples: Bool = false, stepsMax: Int = 10_000_000
    ) {
        self.merge = merge
        self.refusesDisorder = refusesDisorder
        self.resamples = resamples
        self.stepsMax = stepsMax
    }
}
