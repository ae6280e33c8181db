import Kernels
import Testing

/// Inverses of distribution functions beside those of scipy 1.15.
@Suite struct QuantileTests {
    @Test func normal() {
        let table: [(p: Double, z: Double)] = [
            (1e-9, -5.9978070150076865), (0.001, -3.090232306167813), (0.05, -1.6448536269514729),
            (0.3, -0.5244005127080409), (0.5, 0), (0.9, 1.2815515655446004), (0.9999, 3.719016485455709),
        ]
        for row in table { #expect(abs(Quantiles.normal(row.p) - row.z) < 1e-13 * max(1, abs(row.z)), "\(row)") }
        #expect(Quantiles.normal(0) == -.infinity && Quantiles.normal(1) == .infinity)
    }

    @Test func student() {
        let levels = [0.005, 0.1, 0.45, 0.75, 0.995]
        let table: [(freedom: Double, error: Double, values: [Double])] = [
            (2.1, 1e-3, [-9.165665861, -1.846695528, -0.141344681, 0.808856793, 9.165665861]),
            (3, 2e-5, [-5.84090931, -1.637744354, -0.136598199, 0.764892328, 5.84090931]),
            (5.5, 1e-5, [-3.849911466, -1.455977033, -0.131574971, 0.721686556, 3.849911466]),
            (30, 1e-8, [-2.749995654, -1.310415025, -0.126729613, 0.682755693, 2.749995654]),
            (200, 1e-8, [-2.600634436, -1.285798794, -0.12582101, 0.675718411, 2.600634436]),
        ]
        for row in table {
            for (level, value) in zip(levels, row.values) {
                let found = Quantiles.student(level, degreesOfFreedom: row.freedom)
                #expect(abs(found - value) < row.error * abs(value), "\(row.freedom) \(level): \(found)")
            }
        }
        #expect(Quantiles.student(0.5, degreesOfFreedom: 4) == 0)
        #expect(Quantiles.student(0.9, degreesOfFreedom: .infinity) == Quantiles.normal(0.9))
    }
}
