import Foundation
import Kernels
import SequenceModels

/// An observer with a clock of its own, a second per step, that keeps all it is told.
class RecordingObserver: TrainingObserver {
    var reports: [TrainingReport] = []
    var checkpoints: [Checkpoint] = []
    var phases: [TrainingPhase] = []
    /// After so many steps, say this.
    var pauseAtStep: Int?
    var cancelAtStep: Int?
    private var seconds = 0.0

    func nowSeconds() -> Double { seconds }

    func report(_ r: TrainingReport) {
        reports.append(r)
        seconds += 1
    }

    func enter(_ phase: TrainingPhase) { phases.append(phase) }

    /// How far the measuring at the end had come, each time.
    var measurings: [EvaluationBudget.Progress] = []

    func measured(_ progress: EvaluationBudget.Progress) { measurings.append(progress) }

    func directive() -> TrainingDirective {
        guard let last = reports.last else { return .proceed }
        if last.step == pauseAtStep { return .pause }
        if last.step == cancelAtStep { return .cancel }
        return .proceed
    }

    func save(_ c: Checkpoint) throws { checkpoints.append(c) }
}

/// Asks for what is computed only when asked.
final class SaturationObserver: RecordingObserver {
    var shares: [[Double]] = []

    override func report(_ r: TrainingReport) {
        super.report(r)
        shares.append(r.gateSaturation())
    }
}

struct NotFinished: Error {}

/// Trains to the end.
func train(
    _ request: SettingsRequest, _ examples: [TrainingExample], validation: [TrainingExample]? = nil,
    parent: ParentModel? = nil, threads: Int = 1,
    resume: Checkpoint? = nil, observer: RecordingObserver = RecordingObserver()
) throws -> TrainedModel {
    let prepared = try Planner.prepare(request: request, examples: examples, validation: validation, parent: parent)
    let trainer = try Trainer(prepared, pool: ComputePool(threads: threads), resume: resume)
    guard case .finished(let model) = try trainer.run(observer) else { throw NotFinished() }
    // Whatever is trained here must be believed when it is read again.
    try ModelDescription.copied(model.description).check(model.tensors)
    return model
}

/// The faults a body throws, by pointer.
func pointers(_ body: () throws -> Void) throws -> [String] {
    do {
        try body()
        return []
    } catch let faults as Faults {
        return faults.list.map(\.pointer)
    }
}

func series(_ values: [Double], channels: Int = 1) -> TrainingExample {
    TrainingExample(input: .numeric(NumericSeries(values: values, channels: channels)))
}

/// Small problems, one per task, that train within a fraction of a second.
enum SmallProblem {
    static func request(epochs: Int = 4, batch: Int = 4, hidden: Int = 8) -> SettingsRequest {
        var request = SettingsRequest()
        request.network.hidden = hidden
        request.training.epochs = epochs
        request.training.batchSize = batch
        return request
    }

    static let text = [TrainingExample(input: .text(String(repeating: "hello world. ", count: 60)))]

    static let strings = (0..<40).map { index in
        TrainingExample(input: .text(String(repeating: index % 2 == 0 ? "ab" : "xyz", count: 1 + index % 5)))
    }

    static let labelled = (0..<60).map { index in
        TrainingExample(
            input: .text(String(repeating: index % 2 == 0 ? "ab" : "ba", count: 1 + index % 4)),
            label: index % 2 == 0 ? "up" : "down")
    }

    static let seasonal = [series((0..<80).map { 100 + Double($0) + [0, 20, -10, 5][$0 % 4] })]

    static let valued: [TrainingExample] = (0..<40).map { (index: Int) -> TrainingExample in
        let values: [Double] = (0..<3 + index % 5).map { step in Double((step * index) % 7) }
        return TrainingExample(input: .numeric(NumericSeries(values: values)), target: .numbers([Double(index % 7)]))
    }

    static let tagged: [TrainingExample] = (0..<40).map { (index: Int) -> TrainingExample in
        let text = String("abbaabab".prefix(2 + index % 6))
        return TrainingExample(input: .text(text), target: .labels(text.map { $0 == "a" ? "A" : "B" }))
    }

    static let all: [(name: String, examples: [TrainingExample])] = [
        ("text", text), ("strings", strings), ("labelled", labelled), ("seasonal", seasonal), ("valued", valued),
        ("tagged", tagged),
    ]
}

/// Networks whose streams differ in what they remember.
enum StreamBody: String, CaseIterable, Sendable {
    case lstm, gru, rnn, projected, transformer

    /// Two small layers of it, trained for one epoch.
    func request(hidden: Int = 8) -> SettingsRequest {
        var request = SmallProblem.request(epochs: 1, hidden: hidden)
        switch self {
        case .projected: request.network.projection = 5
        case .transformer: request.training.window = 16
        case .lstm, .gru, .rnn: break
        }
        request.network.cell = CellChoice(rawValue: rawValue) ?? .lstm
        request.network.layers = 2
        return request
    }
}

extension SequenceModel {
    /// Trained with these settings.
    static func trained(_ settings: SettingsRequest, _ examples: [TrainingExample]) throws -> SequenceModel {
        let trained = try train(settings, examples)
        return try SequenceModel(description: trained.description, tensors: trained.tensors)
    }
}

extension ModelDescription {
    /// Through the JSON of model.json.
    static func copied(_ description: ModelDescription) throws -> ModelDescription {
        try JSONDecoder().decode(ModelDescription.self, from: JSONEncoder().encode(description))
    }
}
