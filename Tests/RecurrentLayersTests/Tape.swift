import Foundation

/// Reverse-mode differentiation of scalars in double precision: an oracle that shares nothing with the engine but the
/// equations, and that is itself checked by finite differences.
final class Tape {
    struct Scalar { let index: Int }

    private(set) var values: [Double] = []
    private var parents: [(left: Int, slopeLeft: Double, right: Int, slopeRight: Double)] = []

    private func push(
        _ value: Double, _ left: Int = -1, _ slopeLeft: Double = 0, _ right: Int = -1, _ slopeRight: Double = 0
    ) -> Scalar {
        values.append(value)
        parents.append((left, slopeLeft, right, slopeRight))
        return Scalar(index: values.count - 1)
    }

    func value(_ x: Scalar) -> Double { values[x.index] }
    func constant(_ value: Double) -> Scalar { push(value) }
    func add(_ a: Scalar, _ b: Scalar) -> Scalar { push(value(a) + value(b), a.index, 1, b.index, 1) }
    func subtract(_ a: Scalar, _ b: Scalar) -> Scalar { push(value(a) - value(b), a.index, 1, b.index, -1) }
    func multiply(_ a: Scalar, _ b: Scalar) -> Scalar {
        push(value(a) * value(b), a.index, value(b), b.index, value(a))
    }
    func scale(_ a: Scalar, _ s: Double) -> Scalar { push(value(a) * s, a.index, s) }
    func tanh(_ a: Scalar) -> Scalar {
        let t = Foundation.tanh(value(a))
        return push(t, a.index, 1 - t * t)
    }
    func sigmoid(_ a: Scalar) -> Scalar {
        let s = 1 / (1 + Foundation.exp(-value(a)))
        return push(s, a.index, s * (1 - s))
    }
    func relu(_ a: Scalar) -> Scalar { push(max(0, value(a)), a.index, value(a) > 0 ? 1 : 0) }
    func exp(_ a: Scalar) -> Scalar { push(Foundation.exp(value(a)), a.index, Foundation.exp(value(a))) }
    func log(_ a: Scalar) -> Scalar { push(Foundation.log(value(a)), a.index, 1 / value(a)) }

    /// Σ w_j x_j + b.
    func affine(_ weights: [Scalar], _ x: [Scalar], _ bias: Scalar) -> Scalar {
        zip(weights, x).reduce(bias) { add($0, multiply($1.0, $1.1)) }
    }

    /// d(root)/d(each scalar).
    func gradients(of root: Scalar) -> [Double] {
        var gradients = [Double](repeating: 0, count: values.count)
        gradients[root.index] = 1
        for index in stride(from: root.index, through: 0, by: -1) where gradients[index] != 0 {
            let p = parents[index]
            if p.left >= 0 { gradients[p.left] += gradients[index] * p.slopeLeft }
            if p.right >= 0 { gradients[p.right] += gradients[index] * p.slopeRight }
        }
        return gradients
    }
}
