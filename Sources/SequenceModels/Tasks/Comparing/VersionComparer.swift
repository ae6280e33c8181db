package import Kernels

/// Compares a model that was just trained with another version, on what its training held back.
///
/// Honest are only cases that neither has learned from. The new one is taken with the weights that it had before it was
/// trained once more on all data. Of the other, what it has learned is kept with it (`LearnedCases`): such cases are
/// left out, of a series all steps up to the last that it has learned. Where nothing is left, what it was measured with
/// at its own training counts, if that was on the same data; or else all cases, where only what speaks against it means
/// anything.
package struct VersionComparer {
    /// The new one, as it was measured.
    let model: TrainedModel
    /// What it was trained with.
    let examples: [TrainingExample], validation: [TrainingExample]?
    /// What of the examples was held back.
    let held: HeldBack
    let pool: ComputePool

    /// Another version.
    package struct Rival: Sendable {
        let model: ParentModel
        let learned: LearnedCases?
        /// Its metrics and their basis, where it was measured at its training on the data of the new one.
        let recorded: (metrics: [String: Double], basis: String)?

        /// - Parameters:
        ///   - learned: what it has learned from; nil where that was not kept.
        ///   - recorded: what it was measured with at its training, on what, if that was on the same data.
        package init(
            _ model: ParentModel, learned: LearnedCases?, recorded: (metrics: [String: Double], basis: String)?
        ) {
            (self.model, self.learned, self.recorded) = (model, learned, recorded)
        }

        /// Whether it can say what it has learned.
        var isTelling: Bool { learned?.isTelling == true }
    }

    /// - Parameters: as they were given to the training.
    package init(
        _ model: TrainedModel, examples: [TrainingExample], validation: [TrainingExample]?, pool: ComputePool
    ) {
        (self.model, self.examples, self.validation, self.pool) = (model, examples, validation, pool)
        held = model.heldBack
    }

    /// Measures as many cases as the budget allows.
    package func compare(_ rival: Rival, _ budget: EvaluationBudget) -> VersionComparison {
        let name = rival.model.name
        let task = model.description.settings.task, other = rival.model.description.settings.task
        guard task == other else {
            return VersionComparison(
                with: name, .unknown, "\(name) is a \(other.rawValue), this is a \(task.rawValue)")
        }
        guard held != .nothing || validation != nil, !model.metrics.isEmpty else {
            return VersionComparison(
                with: name, .unknown, "no data was held back, on which \(name) and this version could be compared")
        }
        do {
            if task == .forecast { return try series(rival, budget) }
            return task == .languageModel ? try texts(rival, budget) : try sequences(rival, budget)
        } catch let faults as Faults {
            let fault = faults.list.first.map { ": \($0.detail)" } ?? ""
            return VersionComparison(with: name, .unknown, "\(name) cannot read the data that was held back\(fault)")
        } catch {
            return VersionComparison(with: name, .unknown, "\(name) cannot be measured: \(error)")
        }
    }

    /// The cases: sent, or of the examples.
    private var heldExamples: [TrainingExample] {
        if let validation { return validation }
        if case .examples(let places) = held { return places.map { examples[$0] } }
        return []
    }

    // MARK: Sequences with targets

    private func sequences(_ rival: Rival, _ budget: EvaluationBudget) throws -> VersionComparison {
        let list = heldExamples, own = model.evaluation.cases
        let measured = (own?.cases.keys.sorted() ?? []).filter { $0 < list.count }
        let fresh = measured.filter { rival.learned?.has(list[$0]) != true }
        let areFresh = rival.isTelling && !fresh.isEmpty
        if !areFresh, let recorded = recorded(rival) { return recorded }
        let chosen = areFresh ? fresh : measured
        let (found, unreadable) = try RivalErrors(rival.model, pool: pool).errors(chosen.map { list[$0] }, budget)
        guard let own, let theirs = found else { return unmeasured(rival) }
        let pairs = chosen.enumerated().compactMap { index, place in Self.pair(own.cases[place], theirs.cases[index]) }
        return result(
            rival, own, pairs, areFresh: areFresh, learned: areFresh ? measured.count - fresh.count : 0,
            unreadable: unreadable)
    }

    private static func pair(_ own: CaseErrors.Case?, _ other: CaseErrors.Case?)
        -> (own: CaseErrors.Case, other: CaseErrors.Case)?
    {
        // Of the same case as much must have been answered.
        guard let own, let other, own.weight == other.weight, own.weight > 0, own.error.isFinite, other.error.isFinite
        else { return nil }
        return (own, other)
    }

    private func result(
        _ rival: Rival, _ own: CaseErrors, _ pairs: [(own: CaseErrors.Case, other: CaseErrors.Case)], areFresh: Bool,
        learned: Int, unreadable: Int
    ) -> VersionComparison {
        guard !pairs.isEmpty else { return unmeasured(rival) }
        var result = VersionComparison(
            with: rival.model.name, metric: own.metric, noun: own.noun, pairs: pairs, areOrdered: own.areOrdered)
        result.leftOut(learned: learned, unreadable: unreadable, own.noun)
        if model.evaluation.pooled != nil { result.words += "; this version is judged by its cross-validation" }
        if !areFresh { result.otherHasLearned(isKnown: rival.isTelling) }
        return result
    }

    private func unmeasured(_ rival: Rival) -> VersionComparison {
        VersionComparison(
            with: rival.model.name, .unknown, "\(rival.model.name) could be measured on none of the same cases")
    }

    /// What both were measured with at their trainings, where that was on the same cases.
    func recorded(_ rival: Rival) -> VersionComparison? {
        let own = model.description.settings, other = rival.model.description.settings
        guard let recorded = rival.recorded, let basis = model.evaluation.basis, recorded.basis == basis,
            own.validation == other.validation, isOfAllCases || own.training.seed == other.training.seed,
            own.forecast?.horizon == other.forecast?.horizon
        else { return nil }
        let errors: [(name: String, words: String, error: (Double) -> Double)] = [
            ("mase", "mase", { $0 }), ("accuracy", "share of wrong labels", { 1 - $0 }),
            ("error_rate", "edits by token", { $0 }), ("rmse", "rmse", { $0 }),
            ("validation_loss", "validation loss", { $0 }), ("mae", "mae", { $0 }),
        ]
        for kind in errors {
            guard let own = model.metrics[kind.name], let other = recorded.metrics[kind.name] else { continue }
            return VersionComparison(
                with: rival.model.name, metric: kind.words, own: kind.error(own), other: kind.error(other),
                basis: basis)
        }
        return nil
    }

    /// Whether all that can be cases were, whatever the seed drew.
    private var isOfAllCases: Bool { model.evaluation.pooled.map { $0.used == $0.count } ?? false }

    // MARK: Texts

    private func texts(_ rival: Rival, _ budget: EvaluationBudget) throws -> VersionComparison {
        let settings = model.description.settings
        var request = ModelMeasurement.asServed(rival.model)
        request.training.stateful = settings.training.stateful
        request.training.seed = settings.training.seed
        if validation == nil { request.validation = settings.validation }
        let prepared = try Planner.prepare(
            request: request, examples: examples, validation: validation, parent: rival.model, memoryBytesMax: .max)
        guard prepared.task.heldBack == held, let own = model.evaluation.cases else { return unmeasured(rival) }
        let fresh = freshTexts(rival, own)
        if fresh.isEmpty, let recorded = recorded(rival) { return recorded }
        guard let theirs = try RivalErrors.errors(prepared.task, rival.model, pool, budget) else {
            return unmeasured(rival)
        }
        let words = model.description.vocabulary, others = rival.model.description.vocabulary
        guard words == others || own.unknown + theirs.unknown == 0 else {
            return VersionComparison(
                with: rival.model.name, .unknown,
                "\(rival.model.name) and this version know different tokens, and some held back are unknown to one")
        }
        let measured = own.cases.keys.sorted(), chosen = fresh.isEmpty ? measured : fresh
        let pairs = chosen.compactMap { Self.pair(own.cases[$0], theirs.cases[$0]) }
        return result(
            rival, own, pairs, areFresh: !fresh.isEmpty, learned: fresh.isEmpty ? 0 : measured.count - fresh.count,
            unreadable: 0)
    }

    /// Of the end of a text, what may have been learned by chance: phrases that come again.
    private static let shareLearnedMax = 0.1

    /// Cases that the rival has not learned; none where that is not known.
    private func freshTexts(_ rival: Rival, _ own: CaseErrors) -> [Int] {
        guard rival.isTelling, let learned = rival.learned else { return [] }
        let all = own.cases.keys.sorted()
        if case .tail(let share) = held {
            return learned.shareLearned(ofTail: share, examples) <= Self.shareLearnedMax ? all : []
        }
        let list = heldExamples.filter { !$0.isEmptyText }
        if !own.areOrdered { return all.filter { $0 < list.count && !learned.has(list[$0]) } }
        let known = list.count { learned.has($0) }
        return Double(known) <= Self.shareLearnedMax * Double(list.count) ? all : []
    }
}

extension TrainingExample {
    fileprivate var isEmptyText: Bool {
        switch input {
        case .text(let text): text.isEmpty
        case .symbols(let symbols): symbols.isEmpty
        case .numeric: false
        }
    }
}
