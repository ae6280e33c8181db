import SequenceModels

/// What decides how long a training takes.
package struct TrainingTraits: Sendable, Codable, Equatable {
    /// Tenant and model.
    var name: String
    var task: String
    var cell: String
    var threads: Int
    /// Floating-point operations of one optimiser step.
    var flopsPerStep: Double
    var parameterCount: Int
    var stepsPerEpoch: Int
    var epochs: Int
    var patience: Int
    /// Whether the model is trained a second time, on all data.
    var refits: Bool
    /// Folds of a cross-validation before that; nil for none, as in files of before there were any.
    var folds: Int?

    /// Floating-point operations a second and thread, of a machine that nothing is known of.
    private static let flopsPerSecond = 15e9
    /// Of a step, whatever its size.
    private static let stepSeconds = 5e-5
    /// Of a step, for the update of one parameter.
    private static let updateSeconds = 3e-9

    init(_ plan: TrainingPlan, name: String, threads: Int) {
        let settings = plan.settings, training = settings.training
        let steps = Double(max(1, plan.stepsPerEpoch)) * Double(training.epochs)
        self.name = name
        task = settings.task.rawValue
        cell = settings.network.cell.rawValue
        self.threads = threads
        flopsPerStep = plan.estimatedFLOPs / steps
        parameterCount = plan.parameterCount
        stepsPerEpoch = plan.stepsPerEpoch
        epochs = training.epochs
        patience = training.earlyStopping.patience
        refits = plan.refits
        folds = plan.folds > 0 ? plan.folds : nil
    }

    /// Trainings as long as the plan, at most: each fold twice, and all data.
    var trainings: Double { folds.map { Double(2 * $0 + 1) } ?? (refits ? 2 : 1) }

    /// Without a second training.
    package var plannedSteps: Int { epochs * stepsPerEpoch }

    /// By a model that knows nothing of this machine.
    func modelSeconds(steps: Double) -> Double {
        steps
            * (Self.stepSeconds + Self.updateSeconds * Double(parameterCount) + flopsPerStep
                / (Self.flopsPerSecond * Double(max(1, threads))))
    }

    /// From 0 to 10: how much another training tells of this one.
    func likeness(_ other: TrainingTraits) -> Double {
        var distance = Self.distance(flopsPerStep, other.flopsPerStep) / 4
        distance += Self.distance(Double(plannedSteps), Double(other.plannedSteps)) / 4
        distance += Self.distance(
            Double(epochs) / Double(max(1, patience)), Double(other.epochs) / Double(max(1, other.patience)))
        if task != other.task { distance += 1.5 }
        if cell != other.cell { distance += 0.5 }
        if refits != other.refits { distance += 1.5 }
        if folds != other.folds { distance += 3 }
        if threads != other.threads { distance += 1 }
        let isAgain = name == other.name && task == other.task
        return (isAgain ? 10 : 1) / (1 + distance * distance * distance)
    }

    /// How often one has to be doubled to be the other.
    private static func distance(_ a: Double, _ b: Double) -> Double {
        guard a > 0, b > 0, a.isFinite, b.isFinite else { return a == b ? 0 : 10 }
        var ratio = max(a, b) / min(a, b), doublings = 0.0
        while ratio >= 2, doublings < 40 { (ratio, doublings) = (ratio / 2, doublings + 1) }
        return doublings + ratio - 1
    }
}

/// A training that ran from its beginning to its end.
struct FinishedTraining: Sendable, Codable {
    var traits: TrainingTraits
    /// Done, those of a second training included.
    var steps: Int
    /// From start to end.
    var seconds: Double

    /// Of every training, whatever it learns: reading, writing, publishing.
    static let fixedSeconds = 0.05

    /// Whether it can be counted with: a file may say anything.
    var isSound: Bool {
        steps > 0 && traits.plannedSteps > 0 && seconds.isFinite && seconds > 0 && share < 1e3
            && paceRatio.isFinite && paceRatio > 0
    }

    /// Of the planned steps.
    var share: Double { Double(steps) / Double(max(1, traits.plannedSteps)) }
    /// Beside the model that knows nothing of the machine.
    var paceRatio: Double { max(1e-3, seconds - Self.fixedSeconds) / traits.modelSeconds(steps: Double(steps)) }
}

/// How long something will take.
package struct DurationEstimate: Sendable, Equatable {
    /// As likely less as more.
    package var seconds: Double
    /// Less in one case of ten.
    package var low: Double
    /// More in one case of ten.
    package var high: Double

    /// Nothing takes longer than a limit of its own.
    func limited(to seconds: Double?) -> DurationEstimate {
        guard let limit = seconds else { return self }
        return DurationEstimate(
            seconds: min(self.seconds, limit), low: min(low, limit), high: min(high, limit))
    }
}

/// Values that count differently.
struct WeightedSample {
    private let values: [(value: Double, weight: Double)]

    init(_ values: [(value: Double, weight: Double)]) {
        self.values = values.filter { $0.weight > 0 }.sorted { $0.value < $1.value }
    }

    var isEmpty: Bool { values.isEmpty }

    /// The value up to which a share of the weight lies. - Precondition: there are values.
    func quantile(_ level: Double) -> Double {
        let total = values.reduce(0) { $0 + $1.weight }
        var sum = 0.0
        for (value, weight) in values {
            sum += weight
            if sum >= level * total { return value }
        }
        return values.last?.value ?? .nan
    }
}
