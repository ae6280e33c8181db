import Foundation
import Kernels
import RecurrentLayers
import SequenceModels
import Testing

@Suite struct OptionsTests {
    private func faults(_ examples: [TrainingExample], _ change: (inout SettingsRequest) -> Void) throws -> [String] {
        var request = SmallProblem.request()
        change(&request)
        return try pointers { _ = try Planner.plan(request: request, examples: examples, validation: nil) }
    }

    @Test func networkOptionsReachTheNetwork() throws {
        var request = SmallProblem.request(epochs: 2)
        request.network.layers = 2
        request.network.residual = true
        request.network.weightTying = true
        request.network.lockedDropout = true
        request.network.dropout = 0.2
        request.network.embeddingDropout = 0.1
        request.network.initializer = .chrono
        let plan = try Planner.plan(request: request, examples: SmallProblem.text, validation: nil)
        #expect(
            plan.settings.network.embedding == 8 && plan.settings.network.chronoSteps == plan.settings.training.window)
        let model = try train(request, SmallProblem.text)
        let network = try #require(model.description.network.recurrent)
        #expect(network.residual && network.tied && network.lockedDropout && network.embeddingDropout == 0.1)
        #expect(network.initializer == .chrono && network.chronoSteps == plan.settings.training.window)
        let loaded = try SequenceModel(description: model.description, tensors: model.tensors)
        #expect(loaded.parameterCount == plan.parameterCount)
        #expect(!model.tensors.contains { $0.name == "head.weight" })
    }

    @Test func impossibleNetworksAreRefused() throws {
        #expect(
            try faults(SmallProblem.text) {
                $0.network.layers = 1; $0.network.residual = true
            } == ["/network/residual"])
        #expect(
            try faults(SmallProblem.text) {
                $0.network.embedding = 5; $0.network.weightTying = true
            } == ["/network/weight_tying"])
        #expect(try faults(SmallProblem.labelled) { $0.network.weightTying = true } == ["/network/weight_tying"])
        #expect(
            try faults(SmallProblem.seasonal) { $0.network.embeddingDropout = 0.1 } == ["/network/embedding_dropout"])
        #expect(try faults(SmallProblem.text) { $0.network.embeddingDropout = 1 } == ["/network/embedding_dropout"])
        #expect(
            try faults(SmallProblem.text) {
                $0.network.cell = .rnn; $0.network.initializer = .chrono
            } == ["/network/initializer"])
        #expect(try faults(SmallProblem.text) { $0.network.chronoSteps = 10 } == ["/network/chrono_steps"])
    }

    @Test func impossibleTrainingsAreRefused() throws {
        #expect(try faults(SmallProblem.text) { $0.training.schedule.factor = 0.5 } == ["/training/schedule/factor"])
        #expect(
            try faults(SmallProblem.text) {
                $0.training.schedule.name = .step; $0.training.schedule.factor = 1
            } == ["/training/schedule/factor"])
        #expect(
            try faults(SmallProblem.text) {
                $0.training.schedule.name = .plateau; $0.validation = 0
            } == ["/training/schedule/name"])
        #expect(try faults(SmallProblem.text) { $0.training.loss = .hinge } == ["/training/loss"])
        #expect(try faults(SmallProblem.seasonal) { $0.training.loss = .mse } == ["/training/loss"])
        #expect(try faults(SmallProblem.seasonal) { $0.training.labelSmoothing = 0.1 } == ["/training/label_smoothing"])
        #expect(try faults(SmallProblem.text) { $0.training.gradientValueMax = 0 } == ["/training/gradient_value_max"])
        #expect(try faults(SmallProblem.text) { $0.training.classWeights = .balanced } == ["/training/class_weights"])
        #expect(
            try faults(SmallProblem.labelled) { $0.training.classWeights = .byLabel(["a/b~": 2]) } == [
                "/training/class_weights/a~1b~0"
            ])
        #expect(
            try faults(SmallProblem.labelled) { $0.training.classWeights = .byLabel(["up": 0]) } == [
                "/training/class_weights/up"
            ])
        #expect(
            try faults(SmallProblem.text) { $0.training.optimizer.momentum = 0.9 } == ["/training/optimizer/momentum"])
    }

    @Test(arguments: OptimizerKind.allCases)
    func everyOptimizerLearnsAtItsDefaultRate(kind: OptimizerKind) throws {
        var request = SmallProblem.request(epochs: 40, batch: 8, hidden: 12)
        request.training.optimizer.name = kind
        let model = try train(request, SmallProblem.labelled)
        #expect(model.metrics["accuracy"] ?? 0 > 0.9, "\(kind) \(model.metrics)")
        let momentum = model.description.settings.training.optimizer.momentum
        #expect(momentum == (kind == .sgd || kind == .nesterov ? 0.9 : 0))
    }

    private func rates(_ change: (inout ScheduleRequest) -> Void) throws -> [Double] {
        var request = SmallProblem.request(epochs: 6)
        request.training.optimizer.learningRate = 0.8
        request.training.earlyStopping.patience = 100
        request.validation = 0.1
        change(&request.training.schedule)
        let observer = RecordingObserver()
        _ = try train(request, SmallProblem.labelled, observer: observer)
        let perEpoch = Dictionary(grouping: observer.reports, by: \.epoch)
        return perEpoch.keys.sorted().compactMap { perEpoch[$0]?.last?.learningRate }
    }

    @Test func schedules() throws {
        func near(_ a: [Double], _ b: [Double]) -> Bool {
            a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) < 1e-9 }
        }
        #expect(near(try rates { $0.name = .constant }, [Double](repeating: 0.8, count: 6)))
        #expect(
            near(
                try rates {
                    $0.name = .step; $0.factor = 0.5; $0.every = 2
                }, [0.8, 0.8, 0.4, 0.4, 0.2, 0.2]))
        #expect(
            near(
                try rates {
                    $0.name = .exponential; $0.decay = 0.5
                }, [0.8, 0.4, 0.2, 0.1, 0.05, 0.025]))
        #expect(
            near(
                try rates {
                    $0.name = .holdThenDivide; $0.hold = 3; $0.divisor = 2
                }, [0.8, 0.8, 0.8, 0.4, 0.2, 0.1]))
        let cosine = try rates {
            $0.name = .cosine; $0.warmup = 0.5
        }
        #expect(cosine[0] < cosine[1] && cosine[1] < cosine[2] && cosine[3] > cosine[5] && abs(cosine[2] - 0.8) < 1e-9)
        let plateau = try rates {
            $0.name = .plateau; $0.factor = 0.1; $0.patience = 1
        }
        #expect(plateau.first == 0.8 && (plateau.last ?? 1) < 0.1)  // a rate of 0.8 cannot get better every epoch
    }

    @Test func plateauGoesOnFromACheckpoint() throws {
        var request = SmallProblem.request(epochs: 6)
        request.training.schedule.name = .plateau
        request.training.schedule.patience = 1
        request.training.optimizer.learningRate = 0.8
        let whole = try train(request, SmallProblem.labelled)
        let first = RecordingObserver()
        first.pauseAtStep = 50
        #expect(throws: NotFinished.self) { try train(request, SmallProblem.labelled, observer: first) }
        let resumed = try train(request, SmallProblem.labelled, resume: first.checkpoints.last)
        #expect(resumed.tensors == whole.tensors)
    }

    /// 9 of 10 sequences are "common"; the rare ones are told apart only now and then.
    private let unbalanced = (0..<200).map { index in
        let rare = index % 10 == 0
        let random = CounterRandom(seed: 3, stream: UInt64(index))
        let values = (0..<6).map { random.normal(UInt64($0)) + (rare ? 0.6 : 0) }
        return TrainingExample(input: .numeric(NumericSeries(values: values)), label: rare ? "rare" : "common")
    }

    @Test func balancedWeightsFindRareLabels() throws {
        var request = SmallProblem.request(epochs: 15, batch: 16)
        request.validation = 0.3
        let plain = try train(request, unbalanced)
        request.training.classWeights = .balanced
        let balanced = try train(request, unbalanced)
        #expect(
            balanced.metrics["macro_f1"] ?? 0 > plain.metrics["macro_f1"] ?? 1, "\(plain.metrics) \(balanced.metrics)")
        request.training.classWeights = .byLabel(["rare": 9])
        #expect(try train(request, unbalanced).metrics["macro_f1"] ?? 0 > plain.metrics["macro_f1"] ?? 1)
    }

    @Test func hingeAndSmoothingLearn() throws {
        var request = SmallProblem.request(epochs: 40, batch: 8, hidden: 12)
        request.training.loss = .hinge
        request.training.gradientValueMax = 0.1
        #expect(try train(request, SmallProblem.labelled).metrics["accuracy"] == 1)
        request.training.loss = nil
        request.training.labelSmoothing = 0.1
        let smooth = try train(request, SmallProblem.labelled)
        #expect(smooth.metrics["accuracy"] == 1)
        #expect(smooth.metrics["validation_loss"] ?? 0 > 0.15)  // softened targets keep it up
    }

    @Test func settingsOfOlderVersionsDecode() throws {
        let old = """
            {"task":"classification","validation":0.1,"tokens":"characters",
            "network":{"cell":"lstm","layers":1,"hidden":8,"bidirectional":false,"dropout":0,"embedding":8,
            "activation":"tanh"},
            "training":{"epochs":2,"batch_size":4,"window":8,"stateful":false,
            "optimizer":{"name":"adam","learning_rate":0.01,"momentum":0,"weight_decay":0},"schedule":{"name":"cosine"},
            "gradient_norm_max":1,"early_stopping":{"patience":3},"seed":1,"checkpoint_seconds":30}}
            """
        let settings = try JSONDecoder().decode(EffectiveSettings.self, from: Data(old.utf8))
        #expect(!settings.network.residual && settings.network.initializer == .uniform && settings.training.loss == nil)
        var request = SmallProblem.request()
        request.training.classWeights = .byLabel(["up": 2])
        request.network.initializer = .chrono
        let effective = try Planner.plan(request: request, examples: SmallProblem.labelled, validation: nil).settings
        #expect(try JSONDecoder().decode(EffectiveSettings.self, from: JSONEncoder().encode(effective)) == effective)
        #expect(try JSONDecoder().decode(SettingsRequest.self, from: JSONEncoder().encode(request)) == request)
    }
}
