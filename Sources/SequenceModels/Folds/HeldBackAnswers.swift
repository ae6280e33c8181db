/// What a network answered of cases that were held back, beside what simple methods answer that learned from the rest:
/// the answers of several trainings add up.
protocol HeldBackAnswers {
    /// The same, of which case by case it is said where among the pooled ones it stands.
    func placed(at cases: [Int]) -> Self
    /// - Precondition: the other is of this kind.
    mutating func add(_ other: any HeldBackAnswers)
    /// - Parameter pooled: the folds whose answers these are; nil for those of one training.
    func evaluation(_ pooled: PooledCases?) -> Evaluation
}
