import CKernels
package import Kernels
import RecurrentLayers

/// Work on numbers that vanish, saturate or lie far apart, beside the same work on usual ones.
package struct StressCase {
    /// For example `vanishing_gradients`.
    package let name: String
    /// The work on hard numbers, and on usual ones.
    package let bodies: (hard: () -> Void, usual: () -> Void)
    /// Subnormal numbers that the hard work left.
    package let subnormalsLeft: () -> Int

    /// Every case.
    package static func all(pool: ComputePool) -> [StressCase] {
        training(pool) + [adam(pool), softmax(), attention()]
    }

    private static func training(_ pool: ComputePool) -> [StressCase] {
        func network(_ steps: Int, chrono: Bool = false) -> Workload {
            var settings = Workload.numeric(2, 128, 1, 1)
            // Gates that remember for as long as the window is: gradients last.
            if chrono { (settings.initializer, settings.chronoSteps) = (.chrono, 100 * steps) }
            return Workload(name: "stress", kind: .regression, settings: settings, steps: steps, batch: 32)
        }
        func run(_ name: String, _ hard: (Workload, TrainingConditions), _ usual: (Workload, TrainingConditions))
            -> StressCase
        {
            let runs = [hard, usual].map { TrainingRun($0.0, pool: pool, conditions: $0.1) }
            return StressCase(
                name: name, bodies: (runs[0].step, runs[1].step), subnormalsLeft: { runs[0].subnormalCount })
        }
        let (short, none) = (network(100), TrainingConditions())
        let subnormal = TrainingConditions(inputScale: 1_000 * .leastNonzeroMagnitude)
        return [
            run("vanishing_gradients", (network(1000), none), (network(1000, chrono: true), none)),
            run("saturated_gates", (short, TrainingConditions(weightScale: 60)), (short, none)),
            run("zero_inputs", (short, TrainingConditions(inputScale: 0)), (short, none)),
            run("subnormal_inputs", (short, subnormal), (short, none)),
            run("padded_batch", (short, TrainingConditions(paddedShare: 0.5)), (short, none)),
        ]
    }

    /// Adam whose moments have decayed for a long time, and whose gradients are as small.
    private static func adam(_ pool: ComputePool) -> StressCase {
        let count = 1 << 18
        func optimizer(_ scale: Float) -> (Optimizer, () -> Void) {
            let optimizer = Optimizer(kind: .adam, parameterCount: count)
            let moments = [scale, scale * scale].enumerated().map { index, value in
                NamedTensor(
                    name: "optimizer.moment\(index + 1)", shape: [count], values: Array(repeating: value, count: count))
            }
            guard (try? optimizer.restore(tensors: moments, step: 100_000)) != nil else {
                preconditionFailure("moments of \(count) parameters")
            }
            let (parameters, gradients) = (AlignedBuffer(count: count), AlignedBuffer(count: count))
            for index in 0..<count { (parameters[index], gradients[index]) = (0.1, scale) }
            return (
                optimizer,
                { optimizer.update(parameters: parameters, gradients: gradients, learningRate: 0.001, pool: pool) }
            )
        }
        let (hard, usual) = (optimizer(1e-19), optimizer(1e-3))
        return StressCase(
            name: "adam_after_long_training", bodies: (hard.1, usual.1),
            subnormalsLeft: { hard.0.tensors().map { Subnormals.count($0.values) }.reduce(0, +) })
    }

    /// A loss over ten thousand classes whose logits lie up to 300 apart.
    private static func softmax() -> StressCase {
        let (rows, classes) = (32, 10_000)
        let targets = (0..<rows).map { Int32($0) }
        let gradients = AlignedBuffer(count: rows * classes)
        func loss(_ spread: Float) -> () -> Void {
            let logits = AlignedBuffer(numbers(rows * classes).map { $0 * spread })
            return {
                _ = SoftmaxCrossEntropy.evaluate(
                    logits: logits.pointer, classes: classes, targets: targets, rows: rows,
                    gradients: gradients.pointer, scale: 1 / Float(rows))
            }
        }
        let hard = loss(40)
        return StressCase(
            name: "softmax_far_logits", bodies: (hard, loss(1)),
            subnormalsLeft: {
                hard()
                return Subnormals.count(gradients.array)
            })
    }

    /// Scores of attention up to 300 apart: weights, the mixture that they make, and their gradient.
    private static func attention() -> StressCase {
        let (positions, width) = (512, 64)
        let values = numbers(positions * width)
        let (weights, gradient, context) = (
            AlignedBuffer(count: positions), AlignedBuffer(count: positions), AlignedBuffer(count: width)
        )
        func attend(_ spread: Float) -> () -> Void {
            let (scores, above) = (numbers(positions).map { $0 * spread }, numbers(positions).map { $0 * 1e-6 })
            return {
                let kernels = InstructionSet.kernels.attention
                for _ in 0..<50 {
                    for index in 0..<positions { (weights[index], gradient[index]) = (scores[index], above[index]) }
                    kernels.masked_softmax(positions, nil, 1, weights.pointer)
                    context.zero()
                    kernels.weighted_rows(positions, width, weights.pointer, values, width, context.pointer)
                    kernels.softmax_backward(positions, weights.pointer, 1, gradient.pointer)
                }
            }
        }
        let hard = attend(40)
        return StressCase(
            name: "attention_far_scores", bodies: (hard, attend(1)),
            subnormalsLeft: {
                hard()
                return Subnormals.count(weights.array + gradient.array + context.array)
            })
    }

    private static func numbers(_ count: Int) -> [Float] {
        let random = CounterRandom(seed: 1, stream: 3)
        return (0..<count).map { Float(random.normal(UInt64($0))) }
    }
}
