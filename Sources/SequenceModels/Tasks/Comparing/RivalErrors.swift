import Kernels

/// Errors of a version on sequences with targets that it may know only in part.
struct RivalErrors {
    private let model: ParentModel
    private let pool: ComputePool

    /// Attempts to find out which sequences it cannot read.
    private static let attemptsMax = 32

    init(_ model: ParentModel, pool: ComputePool) { (self.model, self.pool) = (model, pool) }

    /// - Parameter list: with targets.
    /// - Returns: errors by place in the list, and how many of it the model cannot read. Labels that it does not know
    ///   are wrong whatever it answers.
    /// - Throws: `Faults` where it can read none.
    func errors(_ list: [TrainingExample], _ budget: EvaluationBudget) throws -> (errors: CaseErrors?, unreadable: Int)
    {
        let known = list.map(withoutStrangers)
        let reader = InputEncoder(description: model.description)
        var faults: Faults?
        var places = list.indices.filter { place in
            do throws(Faults) {
                _ = try reader.encode(list[place].input, pointer: "")
                return true
            } catch {
                faults = faults ?? error
                return false
            }
        }
        let readable = places
        places = places.filter { known[$0].example != nil }
        var found: CaseErrors?
        if !places.isEmpty {
            found = try measured(known.map { $0.example ?? list[0] }, &places, budget)
        }
        var cases: [Int: CaseErrors.Case] = [:]
        for (index, place) in places.enumerated() {
            guard var one = found?.cases[index] else { continue }
            one.error += Double(known[place].strangers)
            one.weight += Double(known[place].strangers)
            cases[place] = one
        }
        for place in readable where known[place].example == nil && known[place].strangers > 0 {
            let count = Double(known[place].strangers)
            cases[place] = CaseErrors.Case(error: count, weight: count)
        }
        if cases.isEmpty, let faults { throw faults }
        var result = found ?? CaseErrors(metric: "", noun: "", cases: [:])
        result.cases = cases
        let strangers = readable.count { known[$0].example == nil }
        return (cases.isEmpty ? nil : result, list.count - places.count - strangers)
    }

    /// Errors of the sequences at `places`, by index there; places of those that cannot be read are taken out.
    private func measured(_ list: [TrainingExample], _ places: inout [Int], _ budget: EvaluationBudget) throws
        -> CaseErrors?
    {
        let request = ModelMeasurement.asServed(model)
        for attempt in 1...Self.attemptsMax {
            let part = places.map { list[$0] }
            do {
                let prepared = try Planner.prepare(
                    request: request, examples: part, validation: part, parent: model, memoryBytesMax: .max)
                return try Self.errors(prepared.task, model, pool, budget)
            } catch let faults as Faults {
                let bad = Set(faults.list.compactMap(Self.place))
                guard !bad.isEmpty, bad.count < places.count, attempt < Self.attemptsMax else { throw faults }
                places = places.enumerated().filter { !bad.contains($0.offset) }.map(\.element)
            }
        }
        return nil
    }

    static func errors<Task: TrainingTask>(
        _ task: Task, _ model: ParentModel, _ pool: ComputePool, _ budget: EvaluationBudget
    ) throws -> CaseErrors? {
        try task.caseErrors(network: task.network(tensors: model.tensors), pool: pool, budget: budget)
    }

    /// The sequence that a fault points to.
    private static func place(_ fault: Fault) -> Int? {
        let parts = fault.pointer.split(separator: "/")
        guard let index = parts.firstIndex(of: "sequences"), index + 1 < parts.count else { return nil }
        return Int(parts[index + 1])
    }

    /// The example with the labels that the model knows, and how many others it had; nil where nothing is left.
    private func withoutStrangers(_ example: TrainingExample) -> (example: TrainingExample?, strangers: Int) {
        let labels = model.description.labels.map { Set($0) }
        switch example.target {
        case .label(let label) where labels?.contains(label) == false: return (nil, 1)
        case .labels(let list):
            let strangers = list.count { label in label.map { labels?.contains($0) == false } ?? false }
            guard strangers > 0 else { return (example, 0) }
            let known = list.map { label in label.flatMap { labels?.contains($0) == true ? $0 : nil } }
            guard known.contains(where: { $0 != nil }) else { return (nil, strangers) }
            return (TrainingExample(input: example.input, target: .labels(known)), strangers)
        case .numbers(let numbers) where numbers.allSatisfy(\.isNaN): return (nil, 0)
        default: return (example, 0)
        }
    }
}
