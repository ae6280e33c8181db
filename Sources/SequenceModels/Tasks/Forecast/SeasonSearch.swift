import Kernels

/// Finds the seasons of series by what they explain of values they were not measured on.
///
/// Neither the order of the series nor their units matter.
package struct SeasonSearch {
    /// Seasons that are searched for where no frequency names them.
    private static let stepsMax = 400
    /// Share of the squares that a season must explain, at least.
    private static let explainedMin = 0.1
    /// Deviations of chance by which it must explain more than nothing: of one that a frequency names, and of one among
    /// many.
    private static let deviationsNamed = 2.0, deviationsFound = 2.5
    /// A part of a season that explains this share of what the whole explains is the season.
    private static let partShare = 0.75
    /// The error that a season must leave of the last value's, at most.
    private static let errorMax = 0.97
    /// Values times seasons that one search may look at; more series are a sample.
    private static let workMax = 200_000_000
    /// Series that are enough to name a season by.
    private static let columnsMax = 2_000

    private let columns: [SeasonColumn]
    /// Series and channels with more than one value.
    package let columnsAll: Int
    /// Of those, the number that was looked at.
    package var columnsSeen: Int { columns.count }
    /// The longest season that enough of the series can show.
    private let reach: Int

    /// - Parameter columns: every channel of every series on its own, NaN missing.
    package init(_ columns: [[Double]]) {
        // In an order of their own, so that sums of rounded numbers do not depend on that of the request.
        let all = columns.compactMap { SeasonColumn($0) }.sorted {
            ($0.signature, $0.count) < ($1.signature, $1.count)
        }
        columnsAll = all.count
        var work = 0
        self.columns = Array(
            all.prefix(Self.columnsMax).prefix { column in
                defer { work += column.count * min(Self.stepsMax, column.count * 2 / 5) }
                return work < Self.workMax
            })
        let counts = self.columns.map(\.count).sorted()
        reach = counts.isEmpty ? 0 : Int(Double(counts[counts.count / 2]) / SeasonColumn.cyclesMin)
    }

    /// The length of the season in steps, or 1 when there is none.
    ///
    /// It is the one that explains most, or a part of it that explains nearly as much: so it is neither a multiple nor
    /// a neighbour.
    package func season() -> Int {
        guard reach >= 2 else { return 1 }
        var explained: [Int: Double] = [:]
        for season in 2...min(Self.stepsMax, reach) {
            if let share = self.explained(season), share > Self.explainedMin { explained[season] = share }
        }
        var candidates = explained.sorted { ($0.value, -$0.key) > ($1.value, -$1.key) }
        while let best = candidates.first {
            if isThere(best.key, explained: best.value, deviations: Self.deviationsFound) {
                return part(of: best.key, explained) ?? best.key
            }
            candidates.removeAll { abs($0.key - best.key) <= max(1, best.key / 10) }
        }
        return 1
    }

    /// Whether a season that is named by a frequency is seen.
    package func isSeen(_ season: Int) -> Bool {
        guard let explained = explained(season), explained > Self.explainedMin else { return false }
        return isThere(season, explained: explained, deviations: Self.deviationsNamed)
    }

    /// Whether a longer season is seen beyond a shorter one.
    package func isSeen(_ season: Int, beyond shorter: Int) -> Bool {
        mean(season) { $0.evidence(season: season, beyond: shorter)?.explained }.map {
            $0 > max(Self.explainedMin, Self.deviationsNamed * chance(season))
        } ?? false
    }

    /// The part of a season, near a whole fraction of it, that explains nearly as much.
    private func part(of season: Int, _ explained: [Int: Double]) -> Int? {
        let whole = explained[season] ?? 0
        for (part, share) in explained.sorted(by: { $0.key < $1.key }) where part < season {
            // About its own level a part leaves less to explain than about that of the whole: a first look.
            let ratio = (Double(season) / Double(part)).rounded()
            let distance = abs(Double(season) - ratio * Double(part)) / ratio
            guard ratio >= 2, distance <= max(1, 0.04 * Double(part)), share >= Self.partShare * whole else { continue }
            let near = explained.filter { abs($0.key - part) <= max(1, part / 10) }
            let best = near.max { ($0.value, -$0.key) < ($1.value, -$1.key) }?.key ?? part
            let within = mean(season) { $0.evidence(season: best, within: season)?.explained } ?? 0
            guard within >= Self.partShare * whole else { continue }
            if isThere(best, explained: explained[best] ?? share, deviations: Self.deviationsFound) { return best }
        }
        return nil
    }

    private func isThere(_ season: Int, explained: Double, deviations: Double) -> Bool {
        guard explained > deviations * chance(season) else { return false }
        return mean(season) { $0.errorOfSeason(season) }.map { $0 < Self.errorMax } ?? false
    }

    /// Mean share of the squares about the level that a season explains; nil where no series can show it.
    package func explained(_ season: Int) -> Double? { mean(season) { $0.evidence(season: season)?.explained } }

    /// Deviation of the mean share where there is no season: cycles of D independent values, n of them, explain 0 with
    /// the variance 2 / (D n²).
    private func chance(_ season: Int) -> Double {
        var variance = 0.0, count = 0.0
        for column in columns where column.reaches(season: season) {
            guard let evidence = column.evidence(season: season) else { continue }
            variance += 2 / (column.freedom(season: season) * evidence.cycles * evidence.cycles)
            count += 1
        }
        return count > 0 ? variance.squareRoot() / count : .infinity
    }

    private func mean(_ season: Int, _ value: (SeasonColumn) -> Double?) -> Double? {
        var sum = 0.0, count = 0.0
        for column in columns where column.reaches(season: season) {
            if let value = value(column) {
                sum += value
                count += 1
            }
        }
        return count > 0 ? sum / count : nil
    }
}
