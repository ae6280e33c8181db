import Kernels
import RecurrentLayers
import SequenceModels
import Testing

@Suite struct GradientPictureTests {
    /// Sequences of 60 steps whose label is their first symbol.
    private let first = (0..<40).map { index in
        TrainingExample(
            input: .text((index % 2 == 0 ? "a" : "b") + String(repeating: "cd", count: 29 + index % 2)),
            label: index % 2 == 0 ? "A" : "B")
    }

    private func reports(_ examples: [TrainingExample], _ change: (inout SettingsRequest) -> Void) throws
        -> [TrainingReport]
    {
        var request = SmallProblem.request(epochs: 20)
        request.training.earlyStopping.patience = 100
        change(&request)
        let observer = RecordingObserver()
        _ = try train(request, examples, observer: observer)
        return observer.reports
    }

    @Test func isMeasuredAtTheStartAndAboutTenTimes() throws {
        for problem in SmallProblem.all {
            let reports = try reports(problem.examples) { $0.network.layers = 2 }
            let pictures = reports.compactMap(\.gradients)
            #expect(pictures.count == 10, "\(problem.name)")
            let picture = try #require(pictures.first)
            #expect(picture.step == 0 && reports[0].gradients == picture)
            #expect(picture.layers.count == 2 && picture.layers.allSatisfy { $0.count == picture.lags.count })
            #expect(
                picture.lags.first == 0 && picture.lags.count <= GradientPicture.lagsMax
                    && picture.lags == picture.lags.sorted())
            #expect(picture.layers.allSatisfy { $0.allSatisfy(\.isFinite) })
            #expect(picture.layers[1][0] > 0, "\(problem.name)")
        }
    }

    @Test func seesAVanishingGradientAndGivesAdvice() throws {
        let reports = try reports(first) {
            $0.network.cell = .rnn
            $0.network.activation = .sigmoid
            $0.training.schedule.name = .constant
            $0.training.optimizer.learningRate = 1e-6
        }
        let picture = try #require(reports[0].gradients)
        let top = picture.layers[0]
        #expect(top[top.count - 1] < 1e-6 * top[0])
        #expect(picture.warning?.contains("vanishes") == true && picture.warning?.contains("lstm") == true)
        #expect(reports.compactMap(\.warning).count == 1)
    }

    @Test func reachesTheFirstStepOfALongSequence() throws {
        let long = (0..<8).map { index in
            TrainingExample(
                input: .numeric(NumericSeries(values: (0..<1000).map { Double(($0 * (index + 3)) % 11) })),
                label: index % 2 == 0 ? "A" : "B")
        }
        let picture = try #require(reports(long) { $0.training.epochs = 1 }[0].gradients)
        #expect(picture.lags.count <= GradientPicture.lagsMax && picture.lags.count > 40)
        #expect(picture.lags.prefix(5) == [0, 1, 2, 3, 4] && picture.lags.last == 999)
        #expect(zip(picture.lags, picture.lags.dropFirst()).allSatisfy { $0 < $1 })
        // No gap is wider than a seventh of the lag, or than a few steps.
        #expect(zip(picture.lags, picture.lags.dropFirst()).allSatisfy { $1 - $0 <= max(2, $1 / 7) })
    }

    /// Each step of a text has a loss of its own: a gradient that does not reach far back does no harm.
    @Test func isNotWorriedWhereEachStepHasALoss() throws {
        let reports = try reports([TrainingExample(input: .text(String(repeating: "abcabd", count: 400)))]) {
            $0.network.cell = .rnn
            $0.network.activation = .sigmoid
            $0.training.window = 200
            $0.training.epochs = 1
        }
        let picture = try #require(reports[0].gradients)
        #expect(picture.layers[0][picture.lags.count - 1] < 1e-6 * picture.layers[0][0])
        #expect(picture.warning == nil && reports.allSatisfy { $0.warning == nil })
    }

    @Test func seesChronoRemember() throws {
        let chrono = try reports(first) { $0.network.initializer = .chrono }
        let plain = try reports(first) { $0.network.initializer = .uniform }
        let (a, b) = (try #require(chrono[0].gradients?.layers[0]), try #require(plain[0].gradients?.layers[0]))
        let (kept, lost) = (a[a.count - 1] / a[0], b[b.count - 1] / b[0])
        #expect(kept > 5 * lost, "\(kept) \(lost)")
    }
}
