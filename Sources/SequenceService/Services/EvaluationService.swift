import JSON
import Kernels
import ModelFiles
import SequenceModels
import Store

/// Measures versions on sequences that clients send.
///
/// All of it blocks, and computes; call it on a thread for large work.
struct EvaluationService: Sendable {
    private let parents: ParentVersions
    private let pool: ComputePool
    private let limits: ServiceLimits

    init(parents: ParentVersions, pool: ComputePool, limits: ServiceLimits) {
        self.parents = parents
        self.pool = pool
        self.limits = limits
    }

    /// What was measured, and of which version.
    struct Result: Sendable {
        /// `airline@3`.
        let model: String
        /// Of the model.
        let task: TaskKind
        /// On the sequences of the request.
        let measurement: ModelMeasurement
        /// By sequence, what the client calls it.
        let ids: [String?]
    }

    /// - Parameters:
    ///   - body: whose sequences are measured on.
    ///   - scope: whose models are seen.
    /// - Throws: `ServiceError`, `Faults` with pointers into the request, `StoreError`, `FileError`, `ModelError`.
    func evaluate(_ body: EvaluateBody, in scope: Scope) throws -> Result {
        let model = try parents.version(body.model, in: scope)
        let settings = model.description.settings
        let reader = JSONReader(JSONObject())
        let examples = ExampleReader(
            numbersAreSymbols: settings.tokens == .symbols, numbersAreNeeded: settings.task == .forecast, faults: reader
        ).examples(body.sequences, at: "/sequences")
        try reader.check()
        if settings.task != .forecast, body.request != MeasurementRequest() || body.bySeries || body.byHorizon {
            let member =
                body.request.horizon != nil
                ? "horizon" : body.request.origins != nil ? "origins" : "by"
            throw ServiceError.invalid("/\(member)", "of a forecast; \(model.name) is a \(settings.task.rawValue)")
        }
        let measurement = try placed {
            try ModelMeasurement.of(model, on: examples, body.request, pool: pool)
        }
        return Result(
            model: model.name, task: settings.task, measurement: measurement, ids: examples.map { $0.record?.id })
    }

    /// Faults where they stand in the request: a training sees the sequences twice, to learn from and to measure on,
    /// and says of a model that it goes on `from` it.
    private func placed<Value>(_ body: () throws -> Value) throws -> Value {
        do { return try body() } catch let faults as Faults { throw Self.placed(faults) }
    }

    private static func placed(_ faults: Faults) -> Faults {
        let validation = "/validation"
        return Faults(
            list: faults.list.map { fault in
                let isCopy = fault.pointer.hasPrefix(validation)
                let pointer = isCopy ? String(fault.pointer.dropFirst(validation.count)) : fault.pointer
                return Fault(pointer: pointer == "/from" ? "/model" : pointer, detail: fault.detail)
            })
    }
}
