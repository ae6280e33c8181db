/// Which part of a small set of labelled sequences is held back in turn, so that each is a case of its own
/// (cross-validation, Stone 1974).
///
/// Of few sequences a tenth tells nothing. Those of a class go round the folds, so that each fold has as many of it as
/// another. Sequences that repeat each other, and are too long for that to be chance, stay together: what was learned
/// is not held back. Short ones may well come again in life, too.
struct FoldSplit: Sendable, Equatable {
    /// By example, the fold that holds it back; nil where it is learned always.
    let folds: [Int?]
    /// By example, the first that it repeats: itself, most often.
    let groups: [Int]
    /// K.
    let count: Int
    /// Of which each fold has an equal share.
    private let strata: Int

    /// Sequences of a set that is small, at most.
    static let sequencesMax = 300
    /// Folds, where there are cases enough.
    static let foldsMax = 5
    /// Values or tokens of a sequence that nobody sends twice by chance.
    private static let longMin = 16

    /// - Parameters:
    ///   - strata: by example, what each fold is to have an equal share of: a class; nil where an example can be no
    ///     case.
    ///   - seed: draws the folds.
    /// - Returns: nil for a set that is not small, or of which nothing can be held back.
    init?(_ examples: [TrainingExample], strata: [Int?], seed: UInt64) {
        guard 2...Self.sequencesMax ~= examples.count, strata.count == examples.count else { return nil }
        var first: [UInt64: Int] = [:]
        let groups = examples.enumerated().map { index, example in
            guard example.input.values >= Self.longMin else { return index }
            let key = LearnedCases.key(of: example)
            defer { first[key] = first[key] ?? index }
            return first[key] ?? index
        }
        // One of a class by itself can be learned, or measured, and not both.
        var sizes: [Int: Int] = [:]
        for index in examples.indices where groups[index] == index {
            if let stratum = strata[index] { sizes[stratum, default: 0] += 1 }
        }
        let order = LengthBuckets.permutation(examples.count, seed: seed, stream: RandomStream.split)
        let ranks = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) })
        let cases = examples.indices.filter { index in
            groups[index] == index && strata[index].map { sizes[$0, default: 0] > 1 } == true
        }.sorted { (strata[$0] ?? 0, ranks[$0] ?? 0) < (strata[$1] ?? 0, ranks[$1] ?? 0) }
        guard cases.count > 1 else { return nil }
        let count = min(Self.foldsMax, cases.count)
        var folds = [Int?](repeating: nil, count: examples.count)
        for (place, index) in cases.enumerated() { folds[index] = place % count }
        for index in examples.indices { folds[index] = folds[groups[index]] }
        (self.folds, self.groups, self.count) = (folds, groups, count)
        self.strata = Set(strata.compactMap(\.self)).count
    }

    /// Examples that a fold holds back, ascending.
    func places(_ fold: Int) -> [Int] { folds.indices.filter { folds[$0] == fold } }

    /// Examples that are held back by one of the first folds, ascending.
    func places(ofFirst used: Int) -> [Int] { folds.indices.filter { folds[$0].map { $0 < used } == true } }

    /// In a sentence about the data.
    var note: String {
        let single = folds.count { $0 == nil }
        let are = single == 1 ? "is the only one of its kind and is" : "are the only ones of their kinds and are"
        let rest = single > 0 ? "; \(single) of them \(are) learned only, not measured" : ""
        let classes = strata > 1 ? " of \(strata) classes" : ""
        return "\(folds.count) sequences\(classes) to learn from, each held back in turn: "
            + "\(count)-fold cross-validation\(rest)"
    }
}

extension SequenceValue {
    /// Numbers, symbols or characters, roughly.
    fileprivate var values: Int {
        switch self {
        case .numeric(let series): series.values.count
        case .text(let text): text.utf8.count
        case .symbols(let symbols): symbols.count
        }
    }
}
