package import Kernels

/// How a model is to be measured.
package struct MeasurementRequest: Sendable, Equatable {
    /// Steps of one forecast; nil for the model's own.
    package var horizon: Int?
    /// Origins of a series, a horizon apart, as far as it reaches back; nil for 4.
    package var origins: Int?

    /// As the model has it.
    package init(horizon: Int? = nil, origins: Int? = nil) { (self.horizon, self.origins) = (horizon, origins) }

    /// Origins where nothing is said.
    package static let originsDefault = 4
    /// Origins that may be asked for.
    package static let originsRange = 1...64
}

/// What a model is worth on sequences that it may never have seen.
package struct ModelMeasurement: Sendable {
    /// Metrics, baselines and what they say.
    package var evaluation: Evaluation
    /// Metrics by step of the horizon; nil for tasks without one.
    package var steps: [[String: Double]]?
    /// Metrics by series, with its place in the request; nil for tasks without.
    package var series: [(index: Int, metrics: [String: Double])]?

    init(_ evaluation: Evaluation) { self.evaluation = evaluation }

    /// Measures a version on sequences of the kind that it was trained on.
    ///
    /// A forecaster forecasts the ends of the series from several origins, beside simple forecasts of the same
    /// histories. Simple methods of other tasks would have to learn from what the model learned from, which is not
    /// here: they are left out.
    /// - Parameters:
    ///   - examples: with targets, as a training takes them.
    ///   - pool: computes.
    /// - Throws: `Faults` as a training that continues the model with these sequences; `ModelError` for weights that
    ///   are not its own.
    package static func of(
        _ model: ParentModel, on examples: [TrainingExample], _ request: MeasurementRequest, pool: ComputePool
    ) throws -> ModelMeasurement {
        let prepared = try Planner.prepare(
            request: asServed(model), examples: examples, validation: examples, parent: model, memoryBytesMax: .max)
        return try measure(prepared.task, model, request, pool)
    }

    /// Settings with which it reads as it does when it answers: as many steps of long sequences.
    static func asServed(_ model: ParentModel) -> SettingsRequest {
        let settings = model.description.settings
        var request = SettingsRequest()
        request.task = settings.task
        if !settings.task.isPaired, settings.task != .forecast {
            request.training.window = settings.training.window
        }
        return request
    }

    private static func measure<Task: TrainingTask>(
        _ task: Task, _ model: ParentModel, _ request: MeasurementRequest, _ pool: ComputePool
    ) throws -> ModelMeasurement {
        try task.measure(task.network(tensors: model.tensors), of: model.description, request, pool: pool)
    }
}
