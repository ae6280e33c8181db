import SeriesTime

extension SeriesAlignment {
    /// Finds the one frequency of several series.
    struct CommonFrequency {
        private let series: [SeriesRows]
        private let rules: PlacementRules
        /// Where the series are in the request.
        private let root: String
        /// By series, those that show a frequency themselves.
        private var placements: [Int: SeriesPlacement] = [:]
        /// By series, of those whose timestamps show none.
        private var failures: [Int: TimeError] = [:]
        /// Each with the first series that has it.
        private var found: [(frequency: Frequency, series: Int)] = []

        /// Frequencies that are tried on all series. No coarser one fits to what the finest few do not.
        private static let candidatesMax = 4

        init(_ series: [SeriesRows], _ rules: PlacementRules, under root: String) {
            (self.series, self.rules, self.root) = (series, rules, root)
        }

        /// - Returns: the frequency, and the placements that are known already; nil after a fault, and where no series
        ///   has timestamps.
        mutating func find(
            _ checks: inout SettingsChecks
        ) -> (frequency: Frequency, placements: [Int: SeriesPlacement])? {
            infer(&checks)
            guard checks.faults.isEmpty else { return nil }
            guard !found.isEmpty else {
                for (index, error) in failures.sorted(by: { $0.key < $1.key }).prefix(ModelLimits.faultsMax) {
                    checks.fault(error, at: "\(root)/\(index)")
                }
                return nil
            }
            if found.count == 1, failures.isEmpty { return (found[0].frequency, placements) }
            return common(&checks)
        }

        private mutating func infer(_ checks: inout SettingsChecks) {
            for (index, rows) in series.enumerated() where checks.faults.count < ModelLimits.faultsMax {
                do throws(TimeError) {
                    guard let placement = try rows.placement(nil, rules) else { continue }
                    placements[index] = placement
                    let frequency = placement.axis.frequency
                    if !found.contains(where: { $0.frequency == frequency }) { found.append((frequency, index)) }
                } catch {
                    switch error {
                    // Another series may show what these are.
                    case .irregular, .tooFewTimestamps: failures[index] = error
                    default: checks.fault(error, at: "\(root)/\(index)")
                    }
                }
            }
        }

        /// Of the frequencies on whose grid all lie the one with the fewest steps: business days that a series of one
        /// week takes for days.
        private func common(
            _ checks: inout SettingsChecks
        ) -> (frequency: Frequency, placements: [Int: SeriesPlacement])? {
            let candidates = found.indices.sorted {
                (found[$0].frequency.meanSeconds, $0) < (found[$1].frequency.meanSeconds, $1)
            }.prefix(Self.candidatesMax).map { found[$0].frequency }
            var best: (frequency: Frequency, placements: [Int: SeriesPlacement], steps: Int)?
            var misfit: (series: Int, error: TimeError)?
            for frequency in candidates {
                switch placed(frequency) {
                case .success(let placements):
                    // Resampled, all lie on any grid; the finest keeps most.
                    if rules.resamples { return (frequency, placements) }
                    let steps = placements.values.reduce(0) { $0 + $1.stepCount }
                    if best.map({ steps < $0.steps }) ?? true { best = (frequency, placements, steps) }
                case .failure(let failure): if misfit == nil { misfit = (failure.series, failure.error) }
                }
            }
            if let best { return (best.frequency, best.placements) }
            if let misfit { refuse(misfit.series, misfit.error, finest: candidates[0], &checks) }
            return nil
        }

        private struct Misfit: Error {
            var series: Int
            var error: TimeError
        }

        /// All series on one frequency.
        private func placed(_ frequency: Frequency) -> Result<[Int: SeriesPlacement], Misfit> {
            var placed: [Int: SeriesPlacement] = [:]
            for (index, rows) in series.enumerated() {
                if let known = placements[index], known.axis.frequency == frequency {
                    placed[index] = known
                    continue
                }
                do throws(TimeError) { placed[index] = try rows.placement(frequency, rules) } catch {
                    return .failure(Misfit(series: index, error: error))
                }
            }
            return .success(placed)
        }

        private func refuse(
            _ index: Int, _ error: TimeError, finest: Frequency, _ checks: inout SettingsChecks
        ) {
            guard let own = placements[index]?.axis.frequency,
                let first = found.first(where: { $0.frequency == finest })?.series
            else { return checks.fault(error, at: "\(root)/\(index)") }
            checks.fault(
                "\(root)/\(index)/timestamps",
                "its frequency is \(own), that of \(root)/\(first) is \(finest), and a model has one; train them "
                    + "apart, or send 'frequency' and ask for resampling")
        }
    }
}
