import Foundation
import Kernels
import RecurrentLayers
import SequenceModels
import Testing

/// Defaults from the data, and a fault with a pointer for whatever cannot work.
@Suite struct PlannerTests {
    private func plan(_ request: SettingsRequest, _ examples: [TrainingExample]) throws -> TrainingPlan {
        try Planner.plan(request: request, examples: examples, validation: nil)
    }

    @Test func infersTheTask() throws {
        #expect(try plan(SettingsRequest(), SmallProblem.text).settings.task == .languageModel)
        #expect(try plan(SettingsRequest(), SmallProblem.labelled).settings.task == .classification)
        let forecast = try plan(SettingsRequest(), SmallProblem.seasonal).settings
        #expect(forecast.task == .forecast)
        #expect(forecast.forecast?.seasonality == 4)
        #expect(forecast.tokens == nil && forecast.network.embedding == nil)
    }

    /// The first 64 series decided, and one of them in a large unit or far from zero decided for all.
    @Test func neitherOrderNorUnitChangeAPlan() throws {
        let random = CounterRandom(seed: 11, stream: 1)
        var all: [[Double]] = (0..<90).map { series in
            (0..<36 + series % 9).map { step in
                let level = 50 + 40 * random.uniform(UInt64(series * 64 + step))
                return series < 66 ? level : level * [1, 2, 4, 1][step % 4]
            }
        }
        all.append([0, 3, 0, 1, 4, 1, 5, 9])
        let first = try #require(plan(SettingsRequest(), all.map { series($0) }).settings.forecast)
        for turn in [17, 40, 90] {
            let turned = Array(all[turn...] + all[..<turn])
            #expect(try plan(SettingsRequest(), turned.map { series($0) }).settings.forecast == first)
        }
        for unit in [0.001, 3, 1e6] {
            let other = all.map { series($0.map { $0 * unit }) }
            #expect(try plan(SettingsRequest(), other).settings.forecast == first)
        }
        #expect(first.scaling == .standard)
    }

    @Test func sizesFollowTheText() throws {
        let small = try plan(SettingsRequest(), SmallProblem.text)
        #expect(small.settings.network.hidden <= 64 && small.settings.training.stateful)
        let large = [TrainingExample(input: .text(String(repeating: "The quick brown fox.\n", count: 40_000)))]
        let big = try plan(SettingsRequest(), large)
        #expect(big.settings.network.hidden == 256 && big.settings.network.layers == 2)
        #expect(big.settings.training.window == 100 && big.settings.training.batchSize == 64)
        #expect(big.estimatedFLOPs > small.estimatedFLOPs)
        #expect(try !plan(SettingsRequest(), SmallProblem.strings).settings.training.stateful)
    }

    /// Longer than ten times the forget gate's usual memory of a step or two: the gates start out remembering all of
    /// it.
    @Test func longRecordingsStartRemembering() throws {
        func recordings(_ steps: Int) -> [TrainingExample] {
            (0..<20).map { index in
                let series = NumericSeries(values: (0..<steps).map { .init(($0 * index) % 7) })
                return TrainingExample(input: .numeric(series), label: index % 2 == 0 ? "even" : "odd")
            }
        }
        let long = try plan(SettingsRequest(), recordings(50)).settings.network
        #expect(long.initializer == .chrono && long.chronoSteps == 50)
        #expect(try plan(SettingsRequest(), recordings(10)).settings.network.initializer == .uniform)
        #expect(try plan(SettingsRequest(), SmallProblem.labelled).settings.network.initializer == .uniform)
        var request = SettingsRequest()
        request.network.cell = .gru
        #expect(try plan(request, recordings(50)).settings.network.initializer == .uniform)
    }

    @Test func refusesEverySettingOutOfRange() throws {
        var request = SettingsRequest()
        request.validation = 1
        request.network.layers = 0
        request.network.hidden = .max
        request.network.embedding = -1
        request.network.dropout = .nan
        request.training.epochs = .min
        request.training.batchSize = .max
        request.training.window = 0
        request.training.optimizer.learningRate = .infinity
        request.training.optimizer.momentum = 1
        request.training.optimizer.weightDecay = -1
        request.training.gradientNormMax = 0
        request.training.earlyStopping.patience = 0
        request.training.maxSeconds = -.infinity
        request.training.checkpointSeconds = 0
        let found = try pointers { _ = try plan(request, SmallProblem.text) }
        #expect(
            found == [
                "/validation", "/network/layers", "/network/hidden", "/network/embedding", "/network/dropout",
                "/training/epochs",
                "/training/batch_size", "/training/window", "/training/early_stopping/patience",
                "/training/optimizer/learning_rate",
                "/training/optimizer/momentum", "/training/optimizer/weight_decay", "/training/gradient_norm_max",
                "/training/max_seconds",
                "/training/checkpoint_seconds",
            ])
    }

    /// What a 64-bit number allows may be 0, 1 or nothing in the 32 bits that the engine counts in.
    @Test func refusesWhatIsOutOfRangeIn32Bits() throws {
        let almost = 1 - 1e-12
        let cases: [(WritableKeyPath<SettingsRequest, Double?>, [Double], String)] = [
            (\.training.gradientValueMax, [1e-50, 1e-40], "/training/gradient_value_max"),
            (\.training.gradientNormMax, [1e-50, 1e-40], "/training/gradient_norm_max"),
            (\.training.optimizer.learningRate, [1e-50, 1e-40], "/training/optimizer/learning_rate"),
            (\.training.optimizer.momentum, [1e-50, almost], "/training/optimizer/momentum"),
            (\.training.optimizer.weightDecay, [1e-50], "/training/optimizer/weight_decay"),
            (\.training.labelSmoothing, [1e-50, almost], "/training/label_smoothing"),
            (\.network.dropout, [1e-50, almost], "/network/dropout"),
            (\.network.embeddingDropout, [1e-50, almost], "/network/embedding_dropout"),
            (\.network.recurrentDropout, [1e-50, almost], "/network/recurrent_dropout"),
        ]
        for (path, values, pointer) in cases {
            for value in values {
                var request = SettingsRequest()
                request.training.optimizer.name = .sgd
                request[keyPath: path] = value
                #expect(try pointers { _ = try plan(request, SmallProblem.text) } == [pointer], "\(value)")
            }
        }
        var request = SettingsRequest()
        request.training.classWeights = .byLabel(["up": 1e-50])
        #expect(
            try pointers { _ = try plan(request, SmallProblem.labelled) } == ["/training/class_weights/up"])
        // The least that is allowed is used without an end.
        request = SmallProblem.request(epochs: 1)
        request.training.gradientValueMax = Double(Float.leastNormalMagnitude)
        request.training.optimizer.learningRate = Double(Float.leastNormalMagnitude)
        _ = try train(request, SmallProblem.labelled)
    }

    @Test func refusesWhatDoesNotApply() throws {
        var request = SettingsRequest()
        request.network.bidirectional = true
        request.network.activation = .relu
        request.network.embedding = 8
        request.tokens = .bytes
        request.training.stateful = true
        #expect(
            try pointers { _ = try plan(request, SmallProblem.seasonal) } == [
                "/tokens", "/network/bidirectional", "/network/embedding", "/training/stateful", "/network/activation",
            ])
        var other = SettingsRequest()
        other.forecast.horizon = 3
        #expect(try pointers { _ = try plan(other, SmallProblem.text) } == ["/forecast"])
        var wanted = SettingsRequest()
        wanted.task = .forecast
        #expect(try pointers { _ = try plan(wanted, SmallProblem.text) } == ["/task"])
        var season = SettingsRequest()
        season.forecast.seasonality = 80
        #expect(try pointers { _ = try plan(season, SmallProblem.seasonal) } == ["/forecast/seasonality"])
        var log = SettingsRequest()
        log.forecast.scaling = .log
        #expect(try pointers { _ = try plan(log, [series([1, 2, 0, 4, 5, 6])]) } == ["/sequences/0/2"])
    }

    @Test func refusesTooMuchMemoryBeforeTakingIt() throws {
        var request = SettingsRequest()
        request.network.hidden = 4096
        request.network.layers = 8
        #expect(try pointers { _ = try plan(request, SmallProblem.text) } == ["/network/hidden"])
        var wide = SettingsRequest()
        wide.training.batchSize = 4096
        wide.training.window = 65_536
        wide.network.hidden = 512
        wide.training.stateful = false
        let text = [TrainingExample(input: .text(String(repeating: "ab", count: 50_000)))]
        #expect(try pointers { _ = try plan(wide, text) } == ["/training/window"])
    }

    @Test func refusesUnusableData() throws {
        #expect(try pointers { _ = try plan(SettingsRequest(), []) } == ["/sequences"])
        #expect(try pointers { _ = try plan(SettingsRequest(), [series([])]) } == ["/sequences"])
        #expect(try pointers { _ = try plan(SettingsRequest(), [series([1])]) } == ["/sequences"])
        #expect(try pointers { _ = try plan(SettingsRequest(), [series([.nan, .nan, .nan, .nan])]) } == ["/sequences"])
        #expect(try pointers { _ = try plan(SettingsRequest(), [series([1, 2, .infinity, 4])]) } == ["/sequences/0/2"])
        #expect(try pointers { _ = try plan(SettingsRequest(), [TrainingExample(input: .text(""))]) } == ["/sequences"])
        #expect(
            try pointers { _ = try plan(SettingsRequest(), [TrainingExample(input: .text("a"))]) } == ["/sequences"])
        let mixed = [series([1, 2, 3]), TrainingExample(input: .text("abc")), series([1, 2, 3, 4], channels: 2)]
        #expect(try pointers { _ = try plan(SettingsRequest(), mixed) } == ["/sequences/1", "/sequences/2"])
        let oneClass = [TrainingExample(input: .text("a"), label: "x"), TrainingExample(input: .text("b"), label: "x")]
        #expect(try pointers { _ = try plan(SettingsRequest(), oneClass) } == ["/sequences"])
        let unlabelled = [TrainingExample(input: .text("a"), label: "x"), TrainingExample(input: .text("b"))]
        #expect(try pointers { _ = try plan(SettingsRequest(), unlabelled) } == ["/sequences/1/target"])
    }

    @Test func auditsTheData() throws {
        let data = [
            series([1, 5, .nan, 5, 3, 5, 4, 5, 5, 5, 6, 5], channels: 2),
            series([1, 5, .nan, 5, 3, 5, 4, 5, 5, 5, 6, 5], channels: 2),
        ]
        let notes = try plan(SettingsRequest(), data + [series([], channels: 2)]).notes.joined(separator: "\n")
        for part in [
            "2 of 24 values are missing", "channel 1 is constant", "repeats an earlier one", "is empty (first: 2)",
        ] {
            #expect(notes.contains(part), "\(notes)")
        }
    }

    /// Labels that differ by blanks or capitals are named, and stay different.
    @Test func labelsThatAreAlikeAreNamed() throws {
        let names = ["Yes", "yes ", " YES", "no", "No ", "maybe"]
        let labelled = (0..<30).map { TrainingExample(input: .text("a\($0)"), label: names[$0 % 6]) }
        let plan = try plan(SettingsRequest(), labelled), notes = plan.notes.joined(separator: "\n")
        #expect(notes.contains("of 6 classes"), "\(notes)")
        #expect(notes.contains("are different ones: \" YES\", \"Yes\", \"yes \""), "\(notes)")
        #expect(notes.contains("are different ones: \"No \", \"no\"") && !notes.contains("maybe"), "\(notes)")
        let tagged = (0..<6).map { _ in
            TrainingExample(input: .symbols(["x", "z"]), target: .labels(["Noun", "noun"]))
        }
        let tags = try self.plan(SettingsRequest(), tagged).notes.joined(separator: "\n")
        #expect(tags.contains("are different ones: \"Noun\", \"noun\""), "\(tags)")
    }

    @Test func estimatesTheParametersExactly() throws {
        for example in SmallProblem.all {
            var request = SmallProblem.request(epochs: 1)
            request.network.layers = 2
            request.network.cell = .gru
            let model = try train(request, example.examples)
            let count = try plan(request, example.examples).parameterCount
            #expect(model.tensors.reduce(0) { $0 + $1.values.count } == count, "\(example.name)")
        }
    }

    @Test func settingsAndDescriptionsSurviveTheirFileForm() throws {
        for problem in SmallProblem.all {
            let description = try train(SmallProblem.request(epochs: 1), problem.examples).description
            let bytes = try JSONEncoder().encode(description)
            #expect(try JSONDecoder().decode(ModelDescription.self, from: bytes) == description, "\(problem.name)")
            let text = String(decoding: bytes, as: UTF8.self)
            for key in ["batch_size", "gradient_norm_max", "early_stopping", "learning_rate"] {
                #expect(text.contains("\"\(key)\""))
            }
        }
    }
}
