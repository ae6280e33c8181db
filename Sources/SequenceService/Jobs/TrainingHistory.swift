import JSON
package import SequenceModels
import System
import Synchronization

/// What trainings took that have finished on this machine, and what others will take by it.
///
///     seconds  =  steps that will be done × seconds a step by a plain model of the machine × how far that is off
///
/// Early stopping and a second training on all data decide how many of the planned steps are done, and the machine how
/// far the model is off. Both are medians over the last trainings, which count the more the more they are alike: of
/// the same name, task and cell, as large a step, as long a plan. Kept in a file of the data directory; one that does
/// not read is as none.
package final class TrainingHistory: Sendable {
    /// Trainings that are remembered, the last ones.
    private static let countMax = 200
    private static let sizeBytesMax = 1 << 20

    private let path: String
    private let threads: Int
    private let entries: Mutex<[FinishedTraining]>

    /// What the file says; nothing if there is none, or if it does not read.
    ///
    /// - Parameter threads: of the compute pool.
    package init(directory: ServiceDirectory, threads: Int) {
        path = directory.history
        self.threads = threads
        let bytes = try? AtomicFile.read(path: directory.history, sizeBytesMax: Self.sizeBytesMax)
        let json = bytes.flatMap { try? JSONParser.parse($0) }
        let read = json.flatMap { try? CodableJSON.decode([FinishedTraining].self, from: $0) } ?? []
        entries = Mutex(read.filter(\.isSound).suffix(Self.countMax))
    }

    /// What the training of a plan is like, as far as its duration goes.
    package func traits(_ plan: TrainingPlan, model: String, tenant: String) -> TrainingTraits {
        TrainingTraits(plan, name: tenant + "/" + model, threads: threads)
    }

    /// Remembers a training that has run from its beginning to its end.
    ///
    /// - Parameters:
    ///   - steps: done, those of a second training included.
    ///   - seconds: from start to end.
    /// - Throws: `FileError` when it cannot be written; it is remembered until the process ends all the same.
    package func add(_ traits: TrainingTraits, steps: Int, seconds: Double) throws {
        let entry = FinishedTraining(traits: traits, steps: steps, seconds: seconds)
        guard entry.isSound else { return }
        let all = entries.withLock { entries in
            entries = (entries + [entry]).suffix(Self.countMax)
            return entries
        }
        try AtomicFile.write(CodableJSON.value(of: all).bytes, to: path)
    }

    /// What a training will take.
    package func estimate(_ traits: TrainingTraits) -> DurationEstimate {
        let known = weighted(traits)
        let shares = WeightedSample(known.map { ($0.entry.share, $0.weight) } + prior(traits))
        let paces = WeightedSample(known.map { ($0.entry.paceRatio, $0.weight) } + [(1, Self.priorWeight)])
        let products = WeightedSample(
            known.map { ($0.entry.share * $0.entry.paceRatio, $0.weight) }
                + prior(traits).map { ($0.value, $0.weight / 2) })
        let unit = traits.modelSeconds(steps: Double(traits.plannedSteps))
        let middle = FinishedTraining.fixedSeconds + unit * shares.quantile(0.5) * paces.quantile(0.5)
        // What no training has shown yet may be anything within a few times.
        let doubt = 1 + 2 / (1 + known.reduce(0) { $0 + $1.weight } / Self.priorWeight)
        let low = FinishedTraining.fixedSeconds + unit * products.quantile(0.1) / doubt
        let high = FinishedTraining.fixedSeconds + unit * products.quantile(0.9) * doubt
        return DurationEstimate(seconds: middle, low: min(low, middle), high: max(high, middle))
    }

    /// Steps that a training will have done at its end, when it has done some already and may still be stopped early.
    package func expectedSteps(_ traits: TrainingTraits, done: Int) -> Double {
        let planned = Double(max(1, traits.plannedSteps)), share = Double(done) / planned
        let longer = weighted(traits).filter { $0.entry.share > share }.map { ($0.entry.share, $0.weight) }
        let shares = WeightedSample(longer + prior(traits).filter { $0.value > share })
        return max(Double(done), planned * (shares.isEmpty ? 1 : shares.quantile(0.5)))
    }

    private static let priorWeight = 0.3

    /// What is known before any training has finished here: that most stop before the end of their plan, unless they
    /// have no patience to lose.
    private func prior(_ traits: TrainingTraits) -> [(value: Double, weight: Double)] {
        let whole = traits.trainings
        let part = traits.epochs > traits.patience ? 0.6 : 1.0
        return [(whole * part, Self.priorWeight), (whole, Self.priorWeight / 2)]
    }

    private func weighted(_ traits: TrainingTraits) -> [(entry: FinishedTraining, weight: Double)] {
        let all = entries.withLock { $0 }
        return all.enumerated().map { index, entry in
            // Half as much for each sixty that came after it: machines change, and what runs beside.
            let age = Double(all.count - 1 - index)
            return (entry, traits.likeness(entry.traits) * PortablePower.half(age / 60))
        }
    }
}

/// Powers for weights, whose last digits do not matter.
private enum PortablePower {
    /// 2^-x, between whole exponents in a straight line.
    static func half(_ x: Double) -> Double {
        let whole = Int(min(1000, max(0, x)))
        return (1 - (x - Double(whole)) / 2) / Double(sign: .plus, exponent: whole, significand: 1)
    }
}
