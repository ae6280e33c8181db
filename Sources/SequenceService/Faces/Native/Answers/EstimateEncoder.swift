import JSON
import SequenceModels
import Tables

/// Writes what a training would be and cost (api.md, 2): the answer of `validate_only`.
enum EstimateEncoder {
    /// - Throws: an error of encoding, which valid settings do not have.
    static func json(_ estimate: TrainingEstimate, limits: ServiceLimits) throws -> JSONValue {
        let plan = estimate.plan, request = estimate.request
        return [
            "object": "plan", "model": .string(request.model), "task": .string(plan.settings.task.rawValue),
            "sequences": .integer(request.data.examples.count),
            "validation_sequences": JSONValue(request.data.validation?.count),
            "roles": request.roles?.json ?? .null, "settings": try CodableJSON.value(of: plan.settings),
            "from": JSONValue(estimate.from),
            "parameters": .integer(plan.parameterCount), "steps_per_epoch": .integer(plan.stepsPerEpoch),
            "estimated_flops": .number(plan.estimatedFLOPs),
            "estimated_memory_bytes": .integer(plan.estimatedMemoryBytes),
            "memory_bytes_max": .integer(limits.trainingMemoryBytesMax),
            "estimated_seconds": rounded(estimate.duration.seconds),
            "estimated_seconds_range": [rounded(estimate.duration.low), rounded(estimate.duration.high)],
            "seconds_max": .number(limits.trainingSecondsMax),
            "audit": JSONValue(plan.notes),
        ]
    }

    private static func rounded(_ seconds: Double) -> JSONValue { .number((seconds * 100).rounded() / 100) }
}
