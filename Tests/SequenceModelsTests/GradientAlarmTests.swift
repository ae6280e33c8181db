import Kernels
import RecurrentLayers
import SequenceModels
import Testing

/// "The gradient explodes" is said once, and only of trainings whose loss suffers.
@Suite struct GradientAlarmTests {
    private func explosions(_ request: SettingsRequest, _ examples: [TrainingExample]) throws -> (
        warnings: [String], norms: [Double]
    ) {
        let observer = RecordingObserver()
        let prepared = try Planner.prepare(request: request, examples: examples, validation: nil)
        // A training that has exploded may also end for it.
        _ = try? Trainer(prepared, pool: ComputePool(threads: 1), resume: nil).run(observer)
        return (
            observer.reports.compactMap(\.warning).filter { $0.contains("explodes") },
            observer.reports.map(\.gradientNorm)
        )
    }

    /// Of such trainings one warned at every step: the norm is far above a limit that is low, and always was.
    @Test(arguments: SmallProblem.all.map(\.name), [1e-4, 1.0])
    func staysSilentWhereTheLossFalls(name: String, normMax: Double) throws {
        let examples = try #require(SmallProblem.all.first { $0.name == name }).examples
        for cell in [CellChoice.lstm, .rnn, .transformer] {
            var request = SmallProblem.request(epochs: 10)
            request.network.cell = cell
            request.training.gradientNormMax = normMax
            let (warnings, norms) = try explosions(request, examples)
            #expect(warnings == [], "\(name), \(cell)")
            if normMax < 1e-3 { #expect(norms.contains { $0 > 100 * normMax }) }
        }
    }

    /// Targets with heavy tails: single steps have a norm many times the usual.
    @Test func staysSilentWhereTailsAreHeavy() throws {
        let examples = (0..<200).map { index -> TrainingExample in
            let values = (0..<6).map { Double(($0 * 7 + index * 13) % 10) }
            let target = index % 23 == 5 ? 4000.0 : values.reduce(0, +)
            return TrainingExample(input: .numeric(NumericSeries(values: values)), target: .numbers([target]))
        }
        var request = SmallProblem.request(epochs: 20, batch: 1)
        request.training.gradientNormMax = 0.1
        let (warnings, norms) = try explosions(request, examples)
        #expect(warnings == [])
        let median = norms.sorted()[norms.count / 2]
        #expect(norms.contains { $0 > 10 * median && $0 > 10 })
    }

    /// Plain descent on a text; at steps as long as these an RNN of rectified units leaves the region where it learns.
    private func descent(_ cell: CellChoice, learningRate: Double) -> SettingsRequest {
        var request = SmallProblem.request(epochs: 60, batch: 4, hidden: 16)
        request.network.cell = cell
        if cell == .rnn { request.network.activation = .relu }
        request.training.gradientNormMax = 1
        request.training.earlyStopping.patience = 1000
        request.training.optimizer.name = .sgd
        request.training.optimizer.learningRate = learningRate
        request.training.schedule.name = .constant
        return request
    }

    @Test(arguments: [1.0, 2.0, 3.0, 5.0]) func staysSilentAtLongStepsThatLearn(learningRate: Double) throws {
        #expect(try explosions(descent(.lstm, learningRate: learningRate), SmallProblem.text).warnings == [])
    }

    @Test(arguments: [1.0, 3.0, 5.0, 7.0, 10.0]) func ringsOnceWhenTheTrainingBreaks(learningRate: Double) throws {
        let (warnings, _) = try explosions(descent(.rnn, learningRate: learningRate), SmallProblem.text)
        #expect(warnings.count == 1)
        let words = (warnings.first ?? "").split { " ,;".contains($0) }
        // Numbers as a person reads them.
        #expect(words.allSatisfy { $0.count { $0.isNumber } <= 7 }, "\(warnings)")
        #expect(warnings.first?.contains("lower the learning rate") == true)
    }

    // MARK: The rule

    /// A reproducible number from 0 to 1.
    private struct Noise {
        var state: UInt64 = 9
        mutating func next() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 33) / Double(1 << 31)
        }
    }

    /// The first step at which the alarm rings.
    private func rings(_ steps: Int, normMax: Double = 1, _ values: (Int, inout Noise) -> (norm: Double, loss: Double))
        -> Int?
    {
        var alarm = GradientAlarm(normMax: normMax), noise = Noise()
        return (0..<steps).first { step in
            let (norm, loss) = values(step, &noise)
            return alarm.add(norm: norm, loss: loss) != nil
        }
    }

    @Test func bothSignsAreNeeded() {
        // A wall at step 300: the norm leaps, and the loss stays up.
        func walls(norm: Double, rise: Double, stays: Bool = true) -> Int? {
            rings(600) { step, noise in
                let isAfter = stays ? step > 300 : (301..<308).contains(step)
                let loss = -2 + 5 / (1 + 0.05 * Double(step)) + 0.2 * noise.next()
                return (step == 300 ? norm : 0.5 + noise.next(), loss + (isAfter ? rise : 0))
            }
        }
        let ring = walls(norm: 500, rise: 2)
        #expect(ring.map { (300..<320).contains($0) } == true, "\(ring ?? -1)")
        #expect(walls(norm: 500, rise: 0) == nil)
        #expect(walls(norm: 5, rise: 2) == nil)
        #expect(walls(norm: 500, rise: 0.3) == nil, "less than a tenth of what was gained")
        #expect(walls(norm: 500, rise: 2, stays: false) == nil)
    }

    /// Norms and losses of steps without any trend, with the tails of 1 / u²: not one alarm in twenty thousand steps.
    @Test func noiseAloneIsNoExplosion() {
        let ring = rings(20_000, normMax: 0.001) { _, noise in
            let tail = 1 / max(1e-4, noise.next() * noise.next())
            return (tail, tail + noise.next())
        }
        #expect(ring == nil, "\(ring ?? -1)")
    }

    @Test func growthFromTheBeginningIsSeen() {
        #expect(rings(200, normMax: 1e9) { step, _ in (0.1 * Double(1 << min(40, step)), Double(step)) } != nil)
    }

    @Test func numbersAreReadable() {
        let cases: [(Double, String)] = [
            (704.123456789, "704"), (0, "0"), (1, "1"), (-0.000123456, "-0.000123"), (5312.7, "5310"), (9.999, "10"),
            (0.1 + 0.2, "0.3"), (1e-9, "1e-9"), (123_456_789, "1.23e8"), (2.5, "2.5"), (.infinity, "inf"),
            (99.95, "100"), (0.099951, "0.1"), (1e-300, "1e-300"), (1e300, "1e300"),
        ]
        for (value, text) in cases { #expect(ReadableNumber.text(value) == text) }
        #expect(ReadableNumber.text(1.2, digits: 4, keepsZeros: true) == "1.200")
        #expect(ReadableNumber.text(0.5, digits: 4, keepsZeros: true) == "0.5000")
    }
}
