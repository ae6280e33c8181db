/// The trainings of a small set: one for each part that is held back, and one of all of it, which is served.
struct CrossValidation {
    let split: FoldSplit
    /// Of each training.
    let settings: EffectiveSettings
    /// By fold.
    let tasks: [any TrainingTask]
    /// Holds nothing back.
    let whole: any TrainingTask

    /// Floating-point operations of one training, with which all of them take minutes, and bytes that it needs.
    private static let operationsMax = 1e12, memoryBytesMax = 256 << 20

    /// Whether so many trainings are within reason.
    static func fits(operations: Double, memoryBytes: Int) -> Bool {
        operations <= operationsMax && memoryBytes <= memoryBytesMax
    }

    /// - Parameter make: the task that holds these examples back.
    /// - Returns: nil where a part of the examples cannot be learned from by itself.
    init?(_ split: FoldSplit, _ settings: EffectiveSettings, _ make: (Set<Int>) throws(Faults) -> any TrainingTask) {
        var tasks: [any TrainingTask] = []
        do throws(Faults) {
            for fold in 0..<split.count { tasks.append(try make(Set(split.places(fold)))) }
            whole = try make([])
        } catch {
            return nil
        }
        guard tasks.allSatisfy(\.hasValidation) else { return nil }
        (self.split, self.settings, self.tasks) = (split, settings, tasks)
    }
}
