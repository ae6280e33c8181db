import Kernels
import Testing

/// Logarithms of tail probabilities beside those of mpmath with 50 digits.
@Suite struct LogTailsTests {
    private func expect(_ found: Double, _ value: Double, _ error: Double, _ row: Any) {
        #expect(abs(found - value) <= error * max(1e-2, abs(value)), "\(row): \(found), not \(value)")
    }

    @Test func normal() {
        let table: [(x: Double, lower: Double, upper: Double)] = [
            (0, -0.69314718055994531, -0.69314718055994531),
            (0.5, -0.36894641528865639, -1.1759117615936186),
            (-1, -1.8410216450092635, -0.17275377902344989),
            (2.9, -0.0018675560981809217, -6.2840582349474184),
            (3, -0.0013508099647481938, -6.6077262215103495),
            (-5, -15.064998393988726, -2.8665161296376359e-7),
            (12.5, -3.7325642988777138e-36, -81.575967870743883),
            (40, 0, -804.60844201375379),
            (-1000, -500007.82669481218, 0),
        ]
        for row in table {
            let tails = LogTails.normal(row.x)
            expect(tails.lower, row.lower, 1e-12, row)
            expect(tails.upper, row.upper, 1e-12, row)
        }
    }

    @Test func student() {
        let table: [(t: Double, freedom: Double, lower: Double, upper: Double)] = [
            (0.3, 2, -0.50458319900526457, -0.92572804753140037),
            (-4, 2.1, -3.6358287288305662, -0.026715788106340883),
            (1e6, 2.5, -7.1933971908142411e-16, -34.86819793946795),
            (0, 3, -0.69314718055994531, -0.69314718055994531),
            (25, 5.5, -3.5428309681004657e-7, -14.85316971204769),
            (-1e40, 6, -549.10144190125243, 0),
            (2, 30, -0.027692443129667332, -3.6004099830056947),
            (-38, 200, -214.16219499644786, 0),
            (6, 9999, -1.0208127099468282e-9, -20.702666752959221),
            (-6, 10001, -20.702673556604836, -1.0208057647225338e-9),
            (30, 1e6, 0, -454.1184157930531),
            (-3, 1e9, -6.6077261968871098, -0.0013508099980319868),
        ]
        for row in table {
            let tails = LogTails.student(row.t, degreesOfFreedom: row.freedom)
            // Terms of ν log ν cancel, and Wallace's argument is near, not the same.
            let error = row.freedom < 1e3 ? 1e-11 : 1e-7
            expect(tails.lower, row.lower, error, row)
            expect(tails.upper, row.upper, error, row)
        }
        #expect(LogTails.student(1.5, degreesOfFreedom: .infinity) == LogTails.normal(1.5))
    }

    /// I_x(a, 1) = x^a, and the shapes that no fraction is taken of beside scipy 1.17's.
    @Test func beta() {
        let power = LogTails.beta(0.2, 0.8, 3, 1)
        expect(power.lower, 3 * PortableMath.log(0.2), 1e-13, power)
        expect(power.upper, PortableMath.log(1 - 0.008), 1e-12, power)
        let table: [(count: Double, mean: Double, r: Double, lower: Double, upper: Double, error: Double)] = [
            (1e8, 3e7, 0.5, -0.07030353901548629, -2.689878977697421, 1e-6),
            (2e7, 6e9, 0.5, -3.0782380033762946, -0.047133860092410496, 1e-6),
            (9e8, 3e7, 2, 0, -55.88912423858981, 1e-5),
            (5e7, 3e7, 50, -3.2671767364697575e-05, -10.329015572043494, 1e-5),
            (3.01e7, 3e7, 1e6, -0.0005267661666494072, -7.5490171859622475, 1e-8),
        ]
        for row in table {
            let sum = row.r + row.mean
            let tails = LogTails.beta(row.r / sum, row.mean / sum, row.r, row.count + 1)
            expect(tails.lower, row.lower, row.error, row)
            expect(tails.upper, row.upper, row.error, row)
        }
    }

    @Test func farTailsAreFinite() {
        for value in [1e3, 1e100, Double.greatestFiniteMagnitude, -.greatestFiniteMagnitude, -1e12] {
            for freedom in [2, 3.5, 100, 1e5, Double.infinity] {
                let tails = LogTails.student(value, degreesOfFreedom: freedom)
                #expect(tails.lower.isFinite && tails.upper.isFinite, "\(value) \(freedom)")
                #expect(abs(tails.probability - (value > 0 ? 1 : 0)) < 1e-6, "\(value) \(freedom)")
                #expect(tails.surprise > 8 && tails.surprise.isFinite, "\(value) \(freedom)")
            }
        }
        for (x, y) in [(0.0, 1.0), (1, 0), (1e-300, 1), (1, 1e-300)] {
            let tails = LogTails.beta(x, y, 4, 7)
            #expect(tails.lower.isFinite && tails.upper.isFinite && tails.lower <= 0 && tails.upper <= 0)
        }
    }

    @Test func surpriseIsOfBothSides() {
        #expect(LogTails.normal(0).surprise < 1e-15)
        #expect(abs(LogTails.normal(1.959963984540054).surprise + PortableMath.log(0.05)) < 1e-12)
        #expect(LogTails.normal(-2).surprise == LogTails.normal(2).surprise)
        #expect(abs(LogTails.sum(-1, -2) - PortableMath.log(PortableMath.exp(-1) + PortableMath.exp(-2))) < 1e-15)
        #expect(LogTails.sum(-1, -1e6) == -1)
    }
}
