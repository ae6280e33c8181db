import Kernels
import RecurrentLayers
import SequenceModels
import Testing

/// Truncated backpropagation over windows that overlap, and over very long ones.
@Suite struct StrideTests {
    private func request(window: Int, stride: Int?, batch: Int = 1, epochs: Int = 1) -> SettingsRequest {
        var request = SmallProblem.request(epochs: epochs, batch: batch)
        request.training.window = window
        request.training.stride = stride
        request.training.stateful = true
        request.training.checkpointSeconds = 0.5  // every step
        request.validation = 0
        return request
    }

    /// With weights that stand still, the state a window begins with is the one after every token before it, taken one
    /// by one.
    @Test(arguments: CellKind.allCases) func carriesTheStateAfterTheStride(cell: CellKind) throws {
        var request = request(window: 8, stride: 3)
        request.network.cell = CellChoice(cell)
        request.network.layers = 2
        request.training.optimizer.learningRate = 1e-30
        let observer = RecordingObserver()
        let model = try train(request, SmallProblem.text, observer: observer)
        let network = try RecurrentNetwork(
            settings: #require(model.description.network.recurrent), tensors: model.tensors)
        guard case .text(let text) = SmallProblem.text[0].input else { return }
        let names = try #require(model.description.vocabulary?.tokens)
        let tokens = text.map { names.firstIndex(of: String($0)) ?? -1 }
        // 779 targets: the first window learns 8, each further one 3.
        #expect(observer.checkpoints.count == 1 + (779 - 8 + 2) / 3)
        let batch = StepBatch(network: network, rowsMax: 1)
        batch.rows = 1
        batch.state.zero()
        for (index, checkpoint) in observer.checkpoints.dropLast().enumerated() {
            for token in tokens[index * 3..<index * 3 + 3] {
                batch.tokens[0] = Int32(token)
                network.step(batch)
            }
            let state = try #require(checkpoint.tensors.first { $0.name == "state.0" })
            #expect(state.values == batch.state.row(0), "window \(index + 1)")
        }
    }

    @Test func learnsEachTargetOnceAnEpoch() throws {
        for (window, stride) in [(20, 20), (20, 7), (9, 1), (200, 33)] {
            let observer = RecordingObserver()
            _ = try train(request(window: window, stride: stride, batch: 3), SmallProblem.text, observer: observer)
            // Three lanes of 259 targets.
            #expect(observer.reports.last?.tokens == 777, "\(window) \(stride)")
            #expect(observer.reports.count == 1 + (259 - min(window, 259) + stride - 1) / stride)
        }
    }

    @Test func theWindowIsTheDefault() throws {
        let plan = try Planner.plan(
            request: request(window: 20, stride: nil), examples: SmallProblem.text, validation: nil)
        #expect(plan.settings.training.stride == 20)
        let (implied, given) = (
            try train(request(window: 20, stride: nil), SmallProblem.text),
            try train(request(window: 20, stride: 20), SmallProblem.text)
        )
        #expect(implied.tensors == given.tensors)
        #expect(try train(request(window: 20, stride: 10), SmallProblem.text).tensors != given.tensors)
        #expect(
            try Planner.plan(request: SettingsRequest(), examples: SmallProblem.labelled, validation: nil).settings
                .training.stride == nil)
    }

    @Test func resumesAndSharesThreadsWithTheSameBytes() throws {
        var request = request(window: 40, stride: 16, batch: 40, epochs: 2)
        request.network.dropout = 0.2
        let observer = RecordingObserver()
        let long = [TrainingExample(input: .text(String(repeating: "hello world. ", count: 400)))]
        let whole = try train(request, long, threads: 1, observer: observer)
        #expect(observer.checkpoints.count > 8)
        for checkpoint in observer.checkpoints {
            #expect(try train(request, long, threads: 3, resume: checkpoint).tensors == whole.tensors)
        }
    }

    @Test func refusesStridesThatMeanNothing() throws {
        func faults(_ request: SettingsRequest, _ examples: [TrainingExample]) throws -> [String] {
            try pointers { _ = try Planner.plan(request: request, examples: examples, validation: nil) }
        }
        #expect(try faults(request(window: 20, stride: 0), SmallProblem.text) == ["/training/stride"])
        #expect(try faults(request(window: 20, stride: 21), SmallProblem.text) == ["/training/stride"])
        var pieces = request(window: 20, stride: 5)
        pieces.training.stateful = false
        #expect(try faults(pieces, SmallProblem.text) == ["/training/stride"])
        var other = SettingsRequest()
        other.training.stride = 5
        #expect(try faults(other, SmallProblem.labelled) == ["/training/stride"])
    }

    /// The weights of every step are the same whether each epoch ends with a validation or none ever does.
    @Test func validationDisturbsNothing() throws {
        for problem in SmallProblem.all {
            var request = SmallProblem.request(epochs: 3)
            request.network.dropout = 0.2
            request.training.checkpointSeconds = 0.5
            request.training.earlyStopping.patience = 1000
            request.validation = 0
            let (with, without) = (RecordingObserver(), RecordingObserver())
            _ = try train(request, problem.examples, validation: problem.examples, observer: with)
            _ = try train(request, problem.examples, observer: without)
            #expect(
                with.reports.contains { $0.validationLoss != nil }
                    && without.reports.allSatisfy { $0.validationLoss == nil })
            #expect(with.checkpoints.count == without.checkpoints.count && !with.checkpoints.isEmpty)
            for (a, b) in zip(with.checkpoints, without.checkpoints) {
                #expect(
                    a.tensors.filter { !$0.name.hasPrefix("best.") }
                        == b.tensors.filter { !$0.name.hasPrefix("best.") }, "\(problem.name)")
            }
        }
    }

    @Test func trainsTenThousandStepsWhole() throws {
        let examples = (0..<4).map { index in
            TrainingExample(
                input: .numeric(NumericSeries(values: (0..<10_000).map { Double(($0 * (index + 3)) % 11) })),
                label: index % 2 == 0 ? "A" : "B")
        }
        var request = SmallProblem.request(epochs: 1, hidden: 4)
        request.network.initializer = .chrono
        request.validation = 0
        let plan = try Planner.plan(request: request, examples: examples, validation: nil)
        #expect(plan.settings.training.window == 10_000 && plan.estimatedMemoryBytes < 32 << 20)
        let observer = RecordingObserver()
        _ = try train(request, examples, observer: observer)
        let picture = try #require(observer.reports[0].gradients)
        #expect(picture.lags.last == 9_999 && picture.layers[0].last ?? 0 > 0)
    }

    @Test func namesAWindowThatFitsTheMemory() throws {
        var request = SmallProblem.request(hidden: 32)
        request.training.window = 5_000
        request.training.stateful = true
        let text = [TrainingExample(input: .text(String(repeating: "hello world. ", count: 2_000)))]
        func plan(_ window: Int) throws -> TrainingPlan {
            request.training.window = window
            return try Planner.plan(request: request, examples: text, validation: nil, memoryBytesMax: 4_000_000)
        }
        do {
            _ = try plan(5_000)
            Issue.record("5000 steps fit")
        } catch let error as Faults {
            #expect(error.list.map(\.pointer) == ["/training/window"])
            let words = error.list[0].detail.split(separator: " ")
            let fits = try #require(words.firstIndex(of: "window").flatMap { Int(words[$0 + 2]) })
            #expect(error.list[0].detail.contains("at most 4000000 are allowed"))
            #expect(try plan(fits).estimatedMemoryBytes <= 4_000_000)
            #expect(throws: Faults.self) { _ = try plan(fits + 1) }
        }
    }
}
