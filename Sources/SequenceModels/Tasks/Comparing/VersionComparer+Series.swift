import Kernels

extension VersionComparer {
    /// Series that are measured at most, and at once.
    private static let seriesMax = 1_000, seriesAtOnce = 64
    private static let originsMax = 4

    /// Ends of series that can be compared.
    private struct Ends {
        var places: [Int]
        var horizon: Int
        var origins: Int
    }

    /// Forecasts of the ends of the series, as far as neither has learned them, by both.
    func series(_ rival: Rival, _ budget: EvaluationBudget) throws -> VersionComparison {
        let list = validation ?? examples
        let heldSteps = heldSteps(list)
        var unseen = heldSteps
        for (place, steps) in heldSteps {
            guard case .numeric(let series) = list[place].input else { continue }
            unseen[place] = rival.learned?.stepsNotLearned(of: series, among: steps)
        }
        let horizon = min(
            model.description.settings.forecast?.horizon ?? 1, rival.model.description.settings.forecast?.horizon ?? 1)
        let areFresh = rival.isTelling && unseen.values.contains { $0 > 0 }
        if !areFresh, let recorded = recorded(rival) { return recorded }
        guard let ends = Self.ends(areFresh ? unseen : heldSteps, horizon: horizon) else {
            return VersionComparison(with: rival.model.name, .unknown, "no series has an end to compare on")
        }
        let found = try measure(rival, list, ends, budget)
        let learned = areFresh ? heldSteps.count - ends.places.count : 0
        guard !found.isEmpty else {
            return VersionComparison(
                with: rival.model.name, .unknown, "the forecasts of \(rival.model.name) have no error that compares")
        }
        let steps = ends.horizon * ends.origins
        var result = VersionComparison(
            with: rival.model.name, metric: found.metric, noun: "series", pairs: found.pairs, areOrdered: false)
        result.words += " (the last \(steps == 1 ? "step" : "\(steps) steps"))"
        if learned > 0 {
            result.learned = learned
            result.words += "; \(learned) series left out, whose ends \(rival.model.name) has learned"
        }
        if !areFresh { result.otherHasLearned(isKnown: rival.isTelling) }
        return result
    }

    /// By place, how many steps at the end the new one has not learned.
    private func heldSteps(_ list: [TrainingExample]) -> [Int: Int] {
        if validation == nil {
            guard case .ends(let ends) = held else { return [:] }
            return ends.mapValues(\.count).filter { $0.value > 0 }
        }
        let horizon = model.description.settings.forecast?.horizon ?? 1
        var steps: [Int: Int] = [:]
        for (place, example) in list.enumerated() {
            guard case .numeric(let series) = example.input else { continue }
            let tail = min(horizon, series.observedSteps / 2)
            if tail > 0 { steps[place] = tail }
        }
        return steps
    }

    /// As many steps as half of the series have, at most a horizon at a time.
    private static func ends(_ steps: [Int: Int], horizon: Int) -> Ends? {
        let lengths = steps.values.filter { $0 > 0 }.sorted()
        guard !lengths.isEmpty else { return nil }
        let horizon = min(horizon, lengths[(lengths.count - 1) / 2])
        let places = steps.filter { $0.value >= horizon }.keys.sorted()
        let least = places.compactMap { steps[$0] }.min() ?? horizon
        return Ends(places: places, horizon: horizon, origins: max(1, min(originsMax, least / horizon)))
    }

    /// What both said of each series.
    private struct Found {
        var metric = ""
        var pairs: [(own: CaseErrors.Case, other: CaseErrors.Case)] = []
        var isEmpty: Bool { pairs.isEmpty }
    }

    private func measure(_ rival: Rival, _ list: [TrainingExample], _ ends: Ends, _ budget: EvaluationBudget) throws
        -> Found
    {
        let request = MeasurementRequest(horizon: ends.horizon, origins: ends.origins)
        let order = LengthBuckets.permutation(
            ends.places.count, seed: model.description.settings.training.seed, stream: RandomStream.measuring
        ).prefix(Self.seriesMax).map { ends.places[$0] }
        budget.begin(cases: order.count)
        let deadline = budget.deadline()
        let own = ParentModel(name: "this version", description: model.description, tensors: model.tensors)
        var all: [(own: [String: Double], other: [String: Double])] = [], next = 0, size = 8, areSparse = false
        while next < order.count {
            let part = order[next..<min(order.count, next + size)].map { list[$0] }
            let mine = try ModelMeasurement.of(own, on: part, request, pool: pool)
            let theirs = try ModelMeasurement.of(rival.model, on: part, request, pool: pool)
            areSparse = areSparse || mine.evaluation.baselines["zero"] != nil
            let others = Dictionary((theirs.series ?? []).map { ($0.index, $0.metrics) }) { first, _ in first }
            for one in mine.series ?? [] {
                if let other = others[one.index] { all.append((one.metrics, other)) }
            }
            next += part.count
            size = min(Self.seriesAtOnce, 2 * size)
            guard budget.goesOn(after: part.count, until: deadline) else { break }
        }
        for metric in areSparse ? ["crps", "mae"] : ["mase", "mae"] {
            let pairs = all.compactMap { one in one.own[metric].flatMap { own in one.other[metric].map { (own, $0) } } }
            if pairs.isEmpty { continue }
            return Found(
                metric: metric,
                pairs: pairs.map { (CaseErrors.Case(error: $0.0), CaseErrors.Case(error: $0.1)) })
        }
        return Found()
    }
}
