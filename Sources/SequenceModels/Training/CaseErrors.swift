/// Errors of a model on cases that it has not learned from, one by one: what two models are compared by.
package struct CaseErrors: Sendable, Equatable {
    /// One case.
    package struct Case: Sendable, Equatable {
        /// The sum over what was answered in it.
        package var error: Double
        /// How much that is: labels, tokens; errors are told by unit of it.
        package var weight: Double

        /// An error, and what to divide it by.
        package init(error: Double, weight: Double = 1) { (self.error, self.weight) = (error, weight) }
    }

    /// What the errors are, in words: "squared error".
    package var metric: String
    /// What a case is called: "sequence".
    package var noun: String
    /// By place among the cases that were held back; those that were not measured are absent.
    package var cases: [Int: Case]
    /// Neighbours may be alike: cases are parts of one text.
    package var areOrdered = false
    /// Targets that the vocabulary lacks: what is said of them is said of all that it lacks.
    package var unknown = 0

    /// Errors of one kind.
    package init(metric: String, noun: String, cases: [Int: Case]) {
        (self.metric, self.noun, self.cases) = (metric, noun, cases)
    }
}

/// What a training keeps to measure with, among what it was given.
package enum HeldBack: Sendable, Equatable {
    /// Nothing of the examples: none is measured, or others were sent to validate on.
    case nothing
    /// Whole examples, by their places, ascending.
    case examples([Int])
    /// The end of all examples read as one text, as a share of its tokens.
    case tail(share: Double)
    /// The ends of series, by their places: steps that are learned, and with those that are not.
    case ends([Int: Range<Int>])
}
