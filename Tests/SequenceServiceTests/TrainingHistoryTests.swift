import SequenceModels
import SequenceService
import System
import TestSupport
import Testing

/// Estimates come from what other trainings took.
@Suite struct TrainingHistoryTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    private var place: ServiceDirectory { ServiceDirectory(root: folder.path) }

    private func plan(
        hidden: Int = 8, epochs: Int = 40, patience: Int = 5, task: String = "text", validation: Double? = nil
    ) throws -> TrainingPlan {
        var request = SettingsRequest()
        request.validation = validation
        request.network.hidden = hidden
        request.training.epochs = epochs
        request.training.earlyStopping.patience = patience
        let examples =
            task == "text"
            ? [TrainingExample(input: .text(String(repeating: "hello world. ", count: 60)))]
            : (0..<40).map { TrainingExample(input: .text("ab"), label: $0 % 2 == 0 ? "up" : "down") }
        return try Planner.plan(request: request, examples: examples, validation: nil)
    }

    private func history() -> TrainingHistory { TrainingHistory(directory: place, threads: 2) }

    @Test func oneTrainingTellsOfTheNext() throws {
        let history = history()
        let traits = history.traits(try plan(), model: "a", tenant: "")
        let before = history.estimate(traits)
        #expect(before.low < before.seconds && before.seconds < before.high)
        // A quarter of the plan was done, in 30 seconds.
        try history.add(traits, steps: traits.plannedSteps / 4, seconds: 30)
        let after = history.estimate(traits)
        #expect(abs(after.seconds - 30) < 5, "\(after)")
        for _ in 0..<20 { try history.add(traits, steps: traits.plannedSteps / 4, seconds: 30) }
        let sure = history.estimate(traits)
        #expect(abs(sure.seconds - 30) < 1 && sure.low > 20 && sure.high < 45, "\(sure)")
        #expect(sure.high / sure.low < after.high / after.low)
    }

    /// What was planned is not what was done: an estimate must not grow with every training that was stopped early.
    @Test func theEstimateOfOnePlanDoesNotDrift() throws {
        let history = history()
        let traits = history.traits(try plan(), model: "a", tenant: "")
        var found: [Double] = []
        for share in [0.2, 0.8, 0.3, 1.0, 0.25, 0.5, 0.3, 0.2] {
            let steps = Int(Double(traits.plannedSteps) * share)
            try history.add(traits, steps: steps, seconds: 0.05 + 100 * share)
            found.append(history.estimate(traits).seconds)
        }
        // Within what was seen, and at the end near the middle of it.
        #expect(found.allSatisfy { (19...101).contains($0) } && (24...36).contains(found.last ?? 0), "\(found)")
    }

    @Test func likeTrainingsCountMore() throws {
        let history = history()
        let text = history.traits(try plan(), model: "a", tenant: "")
        let labels = history.traits(try plan(task: "labels"), model: "b", tenant: "")
        for _ in 0..<10 {
            try history.add(text, steps: text.plannedSteps / 10, seconds: 2)
            try history.add(labels, steps: labels.plannedSteps, seconds: 50)
        }
        #expect(abs(history.estimate(text).seconds - 2) < 1)
        #expect(abs(history.estimate(labels).seconds - 50) < 5)
        // Four times as wide and twice as long: more, though nobody has seen one.
        let wide = history.traits(try plan(hidden: 64, epochs: 80, patience: 10), model: "c", tenant: "")
        #expect(history.estimate(wide).seconds > 4)
    }

    /// Each fold of a cross-validation is trained twice, and all data once.
    @Test func trainingsOfFoldsAreCounted() throws {
        let history = history()
        func seconds(_ validation: Double?) throws -> Double {
            let plan = try plan(task: "labels", validation: validation)
            return history.estimate(history.traits(plan, model: "a", tenant: "")).seconds - 0.05
        }
        let ratio = try seconds(nil) / seconds(0.1)
        #expect((9...13).contains(ratio), "\(ratio)")
    }

    @Test func whatIsLeftDependsOnHowFarItHasCome() throws {
        let history = history()
        let traits = history.traits(try plan(), model: "a", tenant: "")
        let planned = Double(traits.plannedSteps)
        for share in [0.25, 0.25, 0.25, 0.75] {
            try history.add(traits, steps: Int(planned * share), seconds: 10)
        }
        #expect(history.expectedSteps(traits, done: 1) < 0.3 * planned)
        // It has outlived most of the others.
        #expect(history.expectedSteps(traits, done: Int(0.5 * planned)) > 0.7 * planned)
        #expect(history.expectedSteps(traits, done: Int(planned)) == planned)
    }

    @Test func itOutlivesTheProcessAndADamagedFile() throws {
        let traits = history().traits(try plan(), model: "a", tenant: "")
        for _ in 0..<250 { try history().add(traits, steps: 10, seconds: 30) }
        let seconds = history().estimate(traits).seconds
        #expect(abs(seconds - 30) < 1)
        for text in ["", "[", "{}", #"[{"steps":1}]"#, "[1e999]"] {
            try AtomicFile.write(Array(text.utf8), to: place.history)
            #expect(history().estimate(traits).seconds < seconds)
        }
        // Numbers that no training has are left out.
        let history = history()
        try history.add(traits, steps: 0, seconds: 1)
        try history.add(traits, steps: 5, seconds: .nan)
        let empty = try TrainingHistoryTests().history()
        #expect(history.estimate(traits) == empty.estimate(traits))
    }
}
