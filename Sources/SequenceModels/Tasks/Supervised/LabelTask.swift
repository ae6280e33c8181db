import Kernels
import RecurrentLayers

/// A task that learns labels, one for a sequence or one for each step: what both have in common.
protocol LabelTask: SupervisedTask {
    var settings: EffectiveSettings { get }
    var reader: InputEncoder { get }
    var labels: [String] { get }
    /// Training targets of each label.
    var counts: [Int] { get }
    var lossOfLabels: ClassLoss { get }
    /// Sequences that are held back.
    var validationCount: Int { get }
    /// By item of the validation part, the place of its sequence there.
    var validationCases: [Int] { get }
    /// Loss and guesses of the validation part, in a fixed order.
    func scores(_ network: Network, _ pool: ComputePool, _ budget: EvaluationBudget) -> [LabelScore]
    /// Adds what simple methods guess.
    func addMethods(_ measurement: inout LabelMeasurement, _ pool: ComputePool)
}

extension LabelTask {
    var headBias: [Float]? { lossOfLabels.headBias(counts: counts, log: PortableMath.log) }

    func validate(network: Network, pool: ComputePool) -> Double {
        LabelScore.mean(scores(network, pool, .unlimited))
    }

    func describe() -> ModelDescription {
        var description = reader.description(settings, network: shape)
        description.labels = labels
        description.context = contextSteps
        return description
    }

    func evaluate(network: Network, pool: ComputePool, budget: EvaluationBudget) -> Evaluation {
        guard hasValidation else { return .unmeasured }
        budget.begin(cases: validationCount)
        let scores = scores(network, pool, budget)
        // Who asks how long it takes is not told what simple methods guess.
        return budget.isProbe || budget.isStopped ? .unmeasured : answers(scores, pool).evaluation(nil)
    }

    func answers(network: Network, pool: ComputePool, budget: EvaluationBudget) -> (any HeldBackAnswers)? {
        answers(scores(network, pool, budget), pool)
    }

    private func answers(_ scores: [LabelScore], _ pool: ComputePool) -> LabelMeasurement {
        var measurement = measurement(scores)
        addMethods(&measurement, pool)
        return measurement
    }

    func caseErrors(network: Network, pool: ComputePool, budget: EvaluationBudget) -> CaseErrors? {
        budget.begin(cases: validationCount)
        return measurement(scores(network, pool, budget)).caseErrors
    }

    func measurement(_ scores: [LabelScore]) -> LabelMeasurement {
        LabelMeasurement(scores, labels: labels, counts: counts, sequences: validationCases)
    }
}
