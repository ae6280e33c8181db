/// The cases of several folds, pooled: each was held back by one training, and learned by the others.
struct PooledCases: Sendable, Equatable {
    /// Of each case, its place among the examples, ascending.
    let places: [Int]
    /// Of each case, the fold that held it back, and the case that it repeats: itself, most often.
    let folds: [Int]
    let groups: [Int]
    /// K, and as many of them as were trained.
    let count: Int
    let used: Int

    /// - Parameter used: the first so many folds were trained.
    init(_ split: FoldSplit, used: Int) {
        let places = split.places(ofFirst: used)
        let cases = Dictionary(uniqueKeysWithValues: places.enumerated().map { ($1, $0) })
        self.places = places
        folds = places.map { split.folds[$0] ?? 0 }
        groups = places.enumerated().map { cases[split.groups[$1]] ?? $0 }
        (count, self.used) = (split.count, used)
    }

    /// By case of a fold, in order, its case here.
    func cases(of fold: Int) -> [Int] { places.indices.filter { folds[$0] == fold } }

    /// What was measured, and how many independent cases it is of.
    func basis(_ measured: [Int]) -> (whole: String, cases: String) {
        let different = Set(measured.map { groups[$0] }).count
        let noun = different < measured.count ? "different sequence" : "sequence"
        let cases = Evaluation.counted(different, noun)
        let folds = used < count ? "\(used) of \(count) folds of a cross-validation" : "\(count)-fold cross-validation"
        return ("\(folds), \(cases)", cases)
    }

    /// Sums by independent case, of those that were measured.
    /// - Parameter values: by case.
    /// - Returns: in the order of the cases.
    func grouped(_ values: [Int: Double]) -> [Double] {
        var sums: [Int: Double] = [:]
        for (place, value) in values { sums[groups[place], default: 0] += value }
        return sums.keys.sorted().map { sums[$0] ?? 0 }
    }

    /// Folds of those.
    func comparisonFolds(_ measured: [Int]) -> Comparison.Folds {
        Comparison.Folds(of: Set(measured.map { groups[$0] }).sorted().map { folds[$0] }, count: count)
    }
}
