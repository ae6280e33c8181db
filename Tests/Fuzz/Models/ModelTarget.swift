import JSON
import Kernels
import SequenceModels
import SequenceService

/// Stored models whose `model.json` was spoiled and has a right digest: damage by name, or a model that can be used,
/// also as the parent of a training.
struct ModelTarget: FuzzTarget {
    private let seeds: [(json: JSONValue, seed: SeedModels.Seed)]

    init() throws {
        seeds = try SeedModels().seeds.map { seed in
            let document = ModelDocument(
                name: "m", version: 1, createdAtMs: 0, jobID: "job", model: seed.model, parent: nil,
                parameterCount: seed.prepared.plan.parameterCount, metadata: [:])
            return (try JSONParser.parse(document.json().bytes), seed)
        }
    }

    func run(_ random: inout RandomSource, verbose: Bool) -> String {
        let (json, seed) = random.pick(seeds)
        var members = json.object ?? [:]
        if random.oneIn(8) {
            members = JSONMutator.mutated(json, places: 1, &random).object ?? [:]
        } else {
            members["model"] = JSONMutator.mutated(members["model"] ?? [:], places: 1 + random.below(3), &random)
        }
        var tensors = seed.model.tensors
        if random.oneIn(8) { tensors.remove(at: random.below(tensors.count)) }
        if random.oneIn(8) { tensors = random.pick(seeds).seed.model.tensors }
        let text = JSONValue.object(members)
        if verbose { print("model.json: \(text.text)") }
        do throws(ServiceError) {
            let stored = try StoredModel(modelJSON: text.bytes, tensors: tensors, name: "m@1")
            let answered = Exercise.run(stored, &random, verbose: verbose)
            if random.oneIn(3) { goOn(from: stored, seed, verbose: verbose) }
            return answered ? "answered" : "accepted"
        } catch {
            if verbose { print("refused: \(error)") }
            guard case .damaged = error else { fatalError("not named as damage: \(error)") }
            return "damaged"
        }
    }

    private func goOn(from stored: StoredModel, _ seed: SeedModels.Seed, verbose: Bool) {
        let parent = ParentModel(
            name: "m@1", description: stored.document.description, tensors: stored.tensors)
        var request = SettingsRequest()
        request.task = stored.document.description.settings.task
        request.training.epochs = 1
        request.training.batchSize = 4
        do {
            let prepared = try Planner.prepare(
                request: request, examples: seed.data.examples, validation: seed.data.validation, parent: parent,
                memoryBytesMax: 256 << 20)
            let trainer = try Trainer(prepared, pool: SeedModels.pool, resume: nil)
            _ = try trainer.run(StepLimit(stepsMax: 2))
        } catch { if verbose { print("not continued: \(error)") } }
    }
}
