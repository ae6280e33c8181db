import JSON
import Kernels
import ModelFiles
import SequenceModels
import SequenceService

/// Checkpoints whose cursor or tensors were spoiled, and stored training data: the training starts afresh, or goes on
/// to its end.
struct CheckpointTarget: FuzzTarget {
    private let seeds: [(seed: SeedModels.Seed, checkpoint: Checkpoint)]

    init() throws {
        seeds = try SeedModels().seeds.compactMap { seed in
            let observer = StepLimit(stepsMax: 2, pauses: true)
            let trainer = try Trainer(seed.prepared, pool: SeedModels.pool, resume: nil)
            _ = try trainer.run(observer)
            return observer.checkpoint.map { (seed, $0) }
        }
    }

    func run(_ random: inout RandomSource, verbose: Bool) -> String {
        let (seed, good) = random.pick(seeds)
        var checkpoint = good
        for _ in 0...random.below(3) {
            let key = random.pick(checkpoint.metadata.keys.sorted())
            let number = random.pick(JSONMutator.numbers)
            checkpoint.metadata[key] =
                random.oneIn(2) ? "\(random.pick(JSONMutator.integers))" : String(number.bitPattern, radix: 16)
            if verbose { print("\(key): \(checkpoint.metadata[key] ?? "")") }
        }
        if random.oneIn(3) {
            let index = random.below(checkpoint.tensors.count)
            let tensor = checkpoint.tensors[index]
            switch random.below(3) {
            case 0: checkpoint.tensors.remove(at: index)
            case 1: checkpoint.tensors[index] = NamedTensor(name: tensor.name, shape: [0], values: [])
            default:
                let value = random.pick([Float.nan, .infinity, 3e38, -3e38, 0])
                checkpoint.tensors[index] = NamedTensor(
                    name: tensor.name, shape: tensor.shape, values: tensor.values.map { _ in value })
            }
        }
        do {
            let trainer = try Trainer(seed.prepared, pool: SeedModels.pool, resume: checkpoint)
            guard case .finished(let model) = try trainer.run(StepLimit(stepsMax: 400)) else { return "went on" }
            try model.description.check(model.tensors)
            return "finished"
        } catch {
            if verbose { print("refused: \(error)") }
            return "refused"
        }
    }
}
