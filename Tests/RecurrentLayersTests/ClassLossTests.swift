import Kernels
import RecurrentLayers
import Testing

/// Losses over classes and quantiles: gradients by central differences, values written out or from PyTorch.
@Suite struct ClassLossTests {
    private let logits: [Float] = [0.3, -1.2, 2.0, 0.1, 0.5, -0.7, 1.1, 0.9, -2.0]
    private let targets: [Int32] = [2, 0, 1]

    private typealias Evaluate = (_ x: [Float], _ gradients: inout [Float]) -> LossSum

    private func expectGradient(_ x: [Float], _ evaluate: Evaluate) {
        var gradients = [Float](repeating: 0, count: x.count)
        _ = evaluate(x, &gradients)
        for i in x.indices {
            let h: Float = 1 / 256
            func at(_ d: Float) -> Double {
                var moved = x
                moved[i] += d
                var ignored = gradients
                return evaluate(moved, &ignored).loss
            }
            let numeric = (at(h) - at(-h)) / Double(2 * h)
            #expect(abs(numeric - Double(gradients[i])) < 1e-4)
        }
    }

    @Test(arguments: [0.0, 0.1, 0.5], [[], [0.5, 1, 3]]) func smoothed(_ smoothing: Double, _ weights: [Double]) {
        let loss = SmoothedCrossEntropy(smoothing: smoothing, classWeights: weights)
        expectGradient(logits) {
            loss.evaluate(logits: $0, classes: 3, targets: targets, rows: 3, gradients: &$1, scale: 1)
        }
        guard smoothing == 0, weights.isEmpty else { return }
        var (a, b) = ([Float](repeating: 0, count: 9), [Float](repeating: 0, count: 9))
        let plain = SoftmaxCrossEntropy.evaluate(
            logits: logits, classes: 3, targets: targets, rows: 3, gradients: &a, scale: 0.5)
        let same = loss.evaluate(logits: logits, classes: 3, targets: targets, rows: 3, gradients: &b, scale: 0.5)
        #expect(abs(plain.loss - same.loss) < 1e-6 && zip(a, b).allSatisfy { abs($0 - $1) < 1e-6 })
    }

    /// torch.nn.functional.cross_entropy(x, y, weight=[.5, 1, 3], label_smoothing=.1, reduction="sum")
    @Test func smoothedAsPyTorch() {
        var g = logits
        let loss = SmoothedCrossEntropy(smoothing: 0.1, classWeights: [0.5, 1, 3])
        let sum = loss.evaluate(logits: logits, classes: 3, targets: targets, rows: 3, gradients: &g, scale: 1)
        #expect(abs(sum.loss - 2.574114518) < 1e-5)
    }

    @Test func hinge() {
        expectGradient(logits) {
            HingeLoss.evaluate(scores: $0, classes: 3, targets: targets, rows: 3, gradients: &$1, scale: 1)
        }
        expectGradient([0.3, -0.4, 2]) {
            HingeLoss.evaluate(scores: $0, classes: 1, targets: [1, 0, 1], rows: 3, gradients: &$1, scale: 1)
        }
        // torch.nn.functional.multi_margin_loss(x, y, reduction="sum")
        let sum = HingeLoss.evaluate(scores: logits, classes: 3, targets: targets, rows: 3, gradients: nil, scale: 1)
        #expect(abs(sum.loss - 0.933333333) < 1e-6 && sum.count == 3)
    }

    @Test func quantiles() {
        let loss = QuantileLoss(levels: [0.1, 0.5, 0.9])
        let y: [Float] = [0.4, .nan, 3]
        expectGradient(logits) {
            loss.evaluate(outputs: $0, channels: 1, targets: y, rows: 3, gradients: &$1, scale: 1)
        }
        let sum = loss.evaluate(outputs: [1, 2, 3], channels: 1, targets: [2], rows: 1, gradients: nil, scale: 1)
        #expect(abs(sum.loss - (0.1 + 0 + 0.1) / 3) < 1e-12 && sum.count == 1)
    }

    @Test func maskedRowsCountNothing() {
        var g: [Float] = [9, 9, 9]
        #expect(
            SmoothedCrossEntropy(smoothing: 0.1).evaluate(
                logits: [1, 2, 3], classes: 3, targets: [-1], rows: 1, gradients: &g, scale: 1) == LossSum())
        #expect(g == [0, 0, 0])
        g = [9, 9, 9]
        #expect(
            HingeLoss.evaluate(scores: [1, 2, 3], classes: 3, targets: [-1], rows: 1, gradients: &g, scale: 1)
                == LossSum())
        #expect(g == [0, 0, 0])
    }

    @Test func clippingByValue() {
        let gradients = AlignedBuffer([3, -0.2, -7])
        Gradients.clip(gradients, valueMax: 1)
        #expect(gradients.array == [1, -0.2, -1])
    }
}
