import JSON
import SequenceModels
import SequenceService

/// Bodies of `POST /train`, spoiled: a refusal with pointers, or a training that takes its first steps and goes on from
/// its checkpoint.
struct RequestTarget: FuzzTarget {
    /// Bytes that a plan may ask for; larger ones are not begun here.
    private static let memoryBytesMax = 256 << 20
    private static let stepsMax = 2

    private let bodies: [JSONValue]

    init() throws {
        let extras: [(String, JSONValue)] = [
            (
                "network",
                [
                    "cell": "lstm", "layers": 1, "hidden": 3, "bidirectional": false, "dropout": 0.1, "residual": false,
                    "locked_dropout": true, "embedding_dropout": 0.1, "recurrent_dropout": 0.1,
                    "initializer": "orthogonal",
                ]
            ),
            (
                "training",
                [
                    "epochs": 2, "batch_size": 4, "window": 8,
                    "optimizer": ["name": "sgd", "learning_rate": 0.01, "momentum": 0.5, "weight_decay": 0.1],
                    "schedule": ["name": "step", "factor": 0.5, "every": 1], "gradient_norm_max": 1.0,
                    "gradient_value_max": 0.5,
                    "early_stopping": ["patience": 1], "seed": 1, "max_seconds": 1.0, "checkpoint_seconds": 0.5,
                ]
            ),
        ]
        bodies = try SeedModels.bodies.flatMap { body in
            let json = try JSONParser.parse(body)
            var full = json.object ?? [:]
            for (name, value) in extras { full[name] = value }
            return [json, .object(full)]
        }
    }

    func run(_ random: inout RandomSource, verbose: Bool) -> String {
        let spoiled = JSONMutator.mutated(random.pick(bodies), places: 1 + random.below(3), &random)
        if verbose { print("train: \(spoiled.text)") }
        do {
            let request = try TrainBody.read(JSONParser.parse(spoiled.bytes), limits: ServiceLimits())
            let prepared = try Planner.prepare(
                request: request.settings, examples: request.data.examples, validation: request.data.validation,
                memoryBytesMax: Self.memoryBytesMax)
            let plan = prepared.plan
            _ = try JobSettings(requested: request.settings, plan: plan, from: nil).text()
            let observer = StepLimit(stepsMax: Self.stepsMax, pauses: true)
            let trainer = try Trainer(prepared, pool: SeedModels.pool, resume: nil)
            _ = try trainer.run(observer)
            let again = try Trainer(prepared, pool: SeedModels.pool, resume: observer.checkpoint)
            guard case .finished(let model) = try again.run(StepLimit(stepsMax: 60)) else { return "went on" }
            let document = ModelDocument(
                name: "m", version: 1, createdAtMs: 0, jobID: "job", model: model, parent: nil,
                parameterCount: plan.parameterCount, metadata: [:])
            let json = try document.json().bytes
            do {
                let stored = try StoredModel(modelJSON: json, tensors: model.tensors, name: "m@1")
                return Exercise.run(stored, &random, verbose: verbose) ? "answered" : "trained"
            } catch {
                fatalError("trained, but not believed when it is read again: \(error)")
            }
        } catch {
            if verbose { print("refused: \(error)") }
            return "refused"
        }
    }
}
