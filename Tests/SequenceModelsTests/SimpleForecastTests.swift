import Testing

import SequenceModels

@Suite struct SimpleForecastTests {
    private let airline = Airline.passengers.map { Double($0) }

    @Test func isUsefulWhereItMeansSomething() {
        #expect(SimpleForecast.useful(season: 1, zeroShare: 0) == [.lastValue, .theta, .drift])
        #expect(SimpleForecast.useful(season: 7, zeroShare: 0).count == 5)
        #expect(SimpleForecast.useful(season: 1, zeroShare: 0.6) == [.lastValue, .theta, .drift, .zero])
    }

    /// Recorded from statsforecast 2.1, its Theta with a season of 12, of the first 120 months; it also fits the first
    /// level, so the last digits differ.
    @Test func thetaIsThatOfOthers() {
        let ours = SimpleForecast.theta.run(Array(airline.prefix(120)), season: 12, steps: 12)
        for (value, other) in zip(ours, Self.recorded) {
            #expect(abs(value - other) < 0.015 * other, "\(ours)")
        }
        let trend = (0..<40).map { 3 + 2 * Double($0) }
        let ahead = SimpleForecast.theta.run(trend, season: 1, steps: 4)
        // Half the slope from the last level on: 81, and 1 a step, two of them as smoothing 1 has it.
        #expect(ahead == [82, 83, 84, 85])
    }

    static let recorded: [Double] = [
        342.42, 336.35, 386.29, 370.98, 372.04, 424.47, 465.38, 461.94, 409.65, 356.57, 311.11, 352.22,
    ]

    @Test func driftIsTheMeanChange() {
        #expect(SimpleForecast.drift.run([2, 3, 7, 8], season: 1, steps: 3) == [10, 12, 14])
        #expect(SimpleForecast.drift.run([2, 3, 7, 8, .nan], season: 1, steps: 2) == [12, 14])
        #expect(SimpleForecast.drift.run([.nan, 4], season: 1, steps: 2) == [4, 4])
        // A season on a line goes on along the line.
        let values = (0..<24).map { Double($0) + [-3.0, 1, 2, 0][$0 % 4] }
        for (step, value) in SimpleForecast.drift.run(values, season: 4, steps: 8).enumerated() {
            #expect(abs(value - (Double(24 + step) + [-3.0, 1, 2, 0][step % 4])) < 1e-9)
        }
    }

    @Test func profileIsTheLevelTimesTheShape() {
        let shape = [0.5, 1.5, 1.0, 1.0]
        let values = (0..<24).map { 10 * shape[$0 % 4] }
        for (value, truth) in zip(SimpleForecast.seasonalProfile.run(values, season: 4, steps: 6), shape + shape) {
            #expect(abs(value - 10 * truth) < 1e-9)
        }
        // Additive, where values are not all positive; the phase goes on where the history ends.
        let signed = (0..<22).map { [-3.0, 1, 2, 0][$0 % 4] }
        for (value, truth) in zip(SimpleForecast.seasonalProfile.run(signed, season: 4, steps: 4), [2.0, 0, -3, 1]) {
            #expect(abs(value - truth) < 1e-9)
        }
        // Too short for a shape: last season's values, or the last one.
        #expect(SimpleForecast.seasonalProfile.run([1, 2, 3, 4, 5], season: 4, steps: 2) == [2, 3])
        #expect(SimpleForecast.seasonalNaive.run([5], season: 4, steps: 2) == [5, 5])
        #expect(SimpleForecast.theta.run([.nan, 5, .nan], season: 4, steps: 2) == [5, 5])
    }
}
