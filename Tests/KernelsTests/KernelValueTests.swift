import CKernels
import Foundation
import Kernels
import Testing

/// Kernels against slow, obvious references in double precision.
@Suite struct KernelValueTests {
    /// Relative error, with an absolute floor where a float has no more digits.
    private func worst(
        _ f: (UnsafePointer<Float>, UnsafeMutablePointer<Float>) -> Void, _ x: [Float], _ oracle: (Double) -> Double
    ) -> Double {
        var y = [Float](repeating: 0, count: x.count)
        f(x, &y)
        return zip(x, y).map { abs(Double($1) - oracle(Double($0))) / max(abs(oracle(Double($0))), 1e-30) }.max() ?? 0
    }

    // Three units in the last place of a float are 3.6e-7.
    @Test func transcendentals() {
        let k = InstructionSet.kernels
        let x = (0..<40_001).map { Float($0 - 20_000) * 0.004 } + [1e-20, -1e-8, 3e-5, -0.01]
        let inRange = x.filter { abs($0) < 80 }
        #expect(worst({ k.map_exp(inRange.count, $0, $1) }, inRange, exp) < 3.6e-7)
        #expect(worst({ k.map_tanh(x.count, $0, $1) }, x, tanh) < 3.6e-7)
        // Below −43.5 a sigmoid keeps the value there.
        #expect(worst({ k.map_sigmoid(inRange.count, $0, $1) }, inRange) { 1 / (1 + exp(-max($0, -43.5))) } < 4.8e-7)
    }

    @Test func transcendentalsOfEdges() {
        let x: [Float] = [.nan, .infinity, -.infinity, 200, -200, 0, -0.0]
        var y = [Float](repeating: 0, count: x.count)
        InstructionSet.kernels.map_tanh(x.count, x, &y)
        #expect(y[0].isNaN && y[1] == 1 && y[2] == -1 && y[3] == 1 && y[4] == -1 && y[5] == 0)
        InstructionSet.kernels.map_sigmoid(x.count, x, &y)
        #expect(y[0].isNaN && y[1] == 1 && y[2] > 0 && y[2] < 1.3e-19 && y[5] == 0.5)
        InstructionSet.kernels.map_exp(x.count, x, &y)
        #expect(y[0].isNaN && y[1].isFinite && y[4] > 0)
    }

    @Test func portableMath() {
        for step in 1...2000 {
            let x = Double(step) * 0.037
            #expect(abs(PortableMath.log(x) - log(x)) <= 4e-16 * max(1, abs(log(x))))
            #expect(abs(PortableMath.exp(x) / exp(x) - 1) < 1e-14)
            #expect(abs(PortableMath.exp(-x) / exp(-x) - 1) < 1e-14)
            // The first dropped term of Stirling's series at 8 is 691/360360/8¹¹ = 2.2e-13.
            #expect(abs(PortableMath.logGamma(x) - lgamma(x)) < 2.5e-13 * max(1, abs(lgamma(x))))
            let h = 1e-5
            if x > 0.1 { #expect(abs(PortableMath.digamma(x) - (lgamma(x + h) - lgamma(x - h)) / (2 * h)) < 1e-6) }
            let u = Double(step) / 2001
            #expect(abs(PortableMath.cosSinTurns(u).cos - cos(2 * .pi * u)) < 1e-15)
            #expect(abs(PortableMath.cosSinTurns(u).sin - sin(2 * .pi * u)) < 1e-15)
        }
        #expect(PortableMath.log(.leastNonzeroMagnitude) == log(.leastNonzeroMagnitude))
        #expect(PortableMath.log(0) == -.infinity && PortableMath.log(-1).isNaN)
        #expect(PortableMath.exp(-1000) == 0 && PortableMath.exp(709).isFinite && PortableMath.exp(0) == 1)
    }

    /// x, log Γ(x) and its derivative, from mpmath with 40 digits.
    static let gammas: [(Double, Double, Double)] = [
        (0.001, 6.9071788853838537, -1000.5755719318103),
        (0.1, 2.252712651734206, -10.423754940411077),
        (0.5, 0.57236494292470009, -1.9635100260214235),
        (1, 0.0, -0.57721566490153286),
        (1.5, -0.12078223763524522, 0.036489973978576521),
        (2, 0.0, 0.42278433509846714),
        (3.7, 1.4280723266653879, 1.1671535393615114),
        (7.999, 8.5231457861589162, 2.0155083320903481),
        (8, 8.5251613610654143, 2.01564147795561),
        (12.25, 18.115669505710893, 2.464154655185369),
        (100, 359.1342053695754, 4.6001618527380874),
        (1234.5, 7550.5509010778949, 7.1180162318279978),
        (1000000, 12815504.569147612, 13.815510057964191),
        (1000000000, 19723265827.503717, 20.723265836446411),
    ]

    /// x and log(1 + x), likewise.
    static let logs: [(Double, Double)] = [
        (-0.9, -2.3025850929940457),
        (-0.1, -0.1053605156578263),
        (-1e-5, -1.0000050000333336e-5),
        (1e-17, 9.9999999999999999e-18),
        (1e-12, 9.999999999995e-13),
        (3e-7, 2.99999955000009e-7),
        (0.001, 0.00099950033308353317),
        (0.25, 0.22314355131420976),
        (1, 0.69314718055994531),
        (1000, 6.9087547793152206),
    ]

    @Test func agreesWithTables() {
        for (x, value, slope) in Self.gammas {
            #expect(abs(PortableMath.logGamma(x) - value) < 2.5e-13 * max(1, abs(value)), "\(x)")
            #expect(abs(PortableMath.digamma(x) - slope) < 1e-12 * max(1, abs(slope)), "\(x)")
        }
        for (x, value) in Self.logs { #expect(abs(PortableMath.log1p(x) / value - 1) < 1e-15, "\(x)") }
    }

    @Test(arguments: [(1, 5, 3), (4, 33, 70), (9, 16, 1000), (64, 48, 20)])
    func product(_ m: Int, _ n: Int, _ k: Int) {
        let random = CounterRandom(seed: 1, stream: 2)
        let a = (0..<m * k).map { Float(random.normal(UInt64($0))) }
        let b = (0..<n * k).map { Float(random.normal(UInt64($0 + m * k))) }
        let packed = PackedMatrix(depth: k, columns: n)
        packed.packTransposed(b)
        let scratch = AlignedBuffer(count: Product.scratchCount)
        var c = [Float](repeating: 0, count: m * n)
        Product.multiply(rows: m, a, rowStride: k, by: packed, start: .zero, into: &c, ldc: n, scratch: scratch)
        for row in 0..<m {
            for column in 0..<n {
                let exact = (0..<k).reduce(0.0) { $0 + Double(a[row * k + $1]) * Double(b[column * k + $1]) }
                // k roundings of partial sums of size about √k.
                #expect(abs(Double(c[row * n + column]) - exact) < 1.2e-7 * Double(k))
            }
        }
        // A row alone has the bytes it has in company.
        for row in 0..<m {
            var alone = [Float](repeating: 0, count: n)
            Product.multiply(
                rows: 1, Array(a[row * k..<(row + 1) * k]), rowStride: k, by: packed, start: .zero, into: &alone,
                ldc: n, scratch: scratch)
            #expect(alone.map(\.bitPattern) == c[row * n..<(row + 1) * n].map(\.bitPattern))
        }
    }

    @Test func randomNumbers() {
        let random = CounterRandom(seed: 5, stream: 6)
        let count = 100_000
        let uniform = (0..<count).map { random.uniform(UInt64($0)) }
        let normal = (0..<count).map { random.normal(UInt64($0)) }
        let mean = uniform.reduce(0, +) / Double(count)
        // Five standard errors of each.
        #expect(abs(mean - 0.5) < 5 * 0.2887 / Double(count).squareRoot())
        #expect(abs(normal.reduce(0, +) / Double(count)) < 5 / Double(count).squareRoot())
        #expect(abs(normal.reduce(0) { $0 + $1 * $1 } / Double(count) - 1) < 5 * 1.4143 / Double(count).squareRoot())
        #expect(uniform.allSatisfy { $0 >= 0 && $0 < 1 })
        #expect(Set((0..<1000).map { random.bits($0) }).count == 1000)
        #expect(CounterRandom(seed: 5, stream: 7).bits(0) != random.bits(0))
    }

    @Test(arguments: [1, 2, 3, 8])
    func poolRunsEachIndexOnce(_ threads: Int) {
        let pool = ComputePool(threads: threads)
        for count in [0, 1, 2, 7, 100] {
            let seen = AlignedBuffer(count: count)
            for _ in 0..<50 { pool.forEach(count) { seen.pointer[$0] += 1 } }
            #expect(seen.array.allSatisfy { $0 == 50 })
        }
        // Forks so far apart that the workers fall asleep in between.
        let seen = AlignedBuffer(count: 5)
        for _ in 0..<20 {
            usleep(300)
            pool.forEach(5) { seen.pointer[$0] += 1 }
        }
        #expect(seen.array.allSatisfy { $0 == 20 })
    }

    /// A body of a fork may ask for the pool, and gets its work done; so do callers beside it.
    @Test(arguments: [1, 2, 8])
    func poolThatIsTakenIsNotWaitedFor(_ threads: Int) {
        let pool = ComputePool(threads: threads)
        let seen = AlignedBuffer(count: 6 * 4)
        for _ in 0..<200 {
            func inner(_ outer: Int) {
                pool.forEachIfFree(4, with: (seen, outer)) { $0.0.pointer[$0.1 * 4 + $1] += 1 }
            }
            pool.forEach(6, inner)
            pool.forEachIfFree(6, with: inner) { $0($1) }
        }
        #expect(seen.array.allSatisfy { $0 == 400 })
    }
}
