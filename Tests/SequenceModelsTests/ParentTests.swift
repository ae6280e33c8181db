import Kernels
import RecurrentLayers
import SequenceModels
import Testing

/// Trainings that continue a trained version.
@Suite struct ParentTests {
    private func parent(_ examples: [TrainingExample], _ change: (inout SettingsRequest) -> Void = { _ in }) throws
        -> ParentModel
    {
        var request = SmallProblem.request(epochs: 2)
        change(&request)
        let model = try train(request, examples)
        return ParentModel(name: "first@1", description: model.description, tensors: model.tensors)
    }

    private func faults(
        _ parent: ParentModel, _ examples: [TrainingExample], _ change: (inout SettingsRequest) -> Void = { _ in }
    ) throws -> [String] {
        var request = SettingsRequest()
        change(&request)
        return try pointers {
            _ = try Planner.plan(request: request, examples: examples, validation: nil, parent: parent)
        }
    }

    /// A learning rate that moves nothing shows where a training begins.
    @Test(arguments: SmallProblem.all.indices)
    func beginsWithTheWeightsOfTheParent(problem: Int) throws {
        let examples = SmallProblem.all[problem].examples
        let parent = try parent(examples) {
            $0.network.layers = 2; $0.network.cell = .gru; $0.network.initializer = .chrono
        }
        var request = SettingsRequest()
        request.training.epochs = 2
        request.training.seed = 99
        request.training.optimizer.learningRate = 1e-30
        let child = try train(request, examples, parent: parent)
        #expect(child.tensors == parent.tensors, "\(SmallProblem.all[problem].name)")
        let (a, b) = (child.description, parent.description)
        #expect(a.network == b.network && a.settings.network == b.settings.network)
        #expect(
            a.vocabulary == b.vocabulary && a.labels == b.labels && a.channelScaling == b.channelScaling
                && a.targetScaling == b.targetScaling)
        #expect(a.forecast?.profile == b.forecast?.profile && a.settings.forecast == b.settings.forecast)
    }

    @Test(arguments: SmallProblem.all.indices)
    func learnsOnAndResumes(problem: Int) throws {
        let examples = SmallProblem.all[problem].examples
        let parent = try parent(examples)
        var request = SettingsRequest()
        request.training.epochs = 3
        request.training.checkpointSeconds = 2
        let observer = RecordingObserver()
        let child = try train(request, examples, parent: parent, observer: observer)
        #expect(child.tensors != parent.tensors && !observer.checkpoints.isEmpty)
        for checkpoint in [observer.checkpoints.first, observer.checkpoints.last].compactMap(\.self) {
            #expect(try train(request, examples, parent: parent, resume: checkpoint).tensors == child.tensors)
        }
    }

    @Test func refusesAnotherNetwork() throws {
        let parent = try parent(SmallProblem.text)
        #expect(
            try faults(parent, SmallProblem.text) {
                $0.network.hidden = 8; $0.network.dropout = 0.4
            } == [])
        #expect(
            try faults(parent, SmallProblem.text) {
                $0.tokens = .bytes
                $0.network.cell = .rnn
                $0.network.layers = 3
                $0.network.hidden = 9
                $0.network.embedding = 3
                $0.network.residual = true
            } == [
                "/tokens", "/network/cell", "/network/layers", "/network/hidden", "/network/embedding",
                "/network/residual",
            ])
        let series = try self.parent(SmallProblem.seasonal)
        #expect(
            try faults(series, SmallProblem.seasonal) {
                $0.forecast.seasonality = 5; $0.forecast.horizon = 2
            } == ["/forecast/seasonality"])
    }

    @Test func refusesOtherData() throws {
        #expect(try faults(parent(SmallProblem.text), SmallProblem.seasonal) == ["/from"])
        #expect(
            try faults(parent(SmallProblem.seasonal), [series([1, 2, 3, 4, 5, 6], channels: 2)]) == ["/sequences/0"])
        let labelled = try parent(SmallProblem.labelled)
        #expect(
            try faults(
                labelled,
                [TrainingExample(input: .text("ab"), label: "up"), TrainingExample(input: .text("ba"), label: "left")])
                == ["/sequences/1/target"])
        #expect(
            try faults(labelled, [TrainingExample(input: .numeric(NumericSeries(values: [1])), label: "up")]) == [
                "/sequences/0/input"
            ])
        #expect(
            try faults(parent(SmallProblem.tagged), [TrainingExample(input: .text("ab"), target: .labels(["A", "C"]))])
                == ["/sequences/0/target/1"])
        #expect(
            try faults(
                parent(SmallProblem.valued),
                [TrainingExample(input: .numeric(NumericSeries(values: [1])), target: .numbers([1, 2]))])
                == ["/sequences/0/target"])
    }

    /// As at prediction: a character that was never seen is named, unless the vocabulary has a symbol for such.
    @Test func keepsTheVocabulary() throws {
        #expect(try faults(parent(SmallProblem.text), [TrainingExample(input: .text("hello Zoe"))]) == ["/sequences/0"])
        let labelled = try parent(SmallProblem.labelled)
        let some = [TrainingExample(input: .text("aZ"), label: "up"), TrainingExample(input: .text("ab"), label: "up")]
        var request = SettingsRequest()
        request.training.epochs = 1
        let child = try train(request, some, parent: labelled)
        #expect(
            child.description.labels == ["down", "up"]
                && child.description.vocabulary == labelled.description.vocabulary)
    }
}
