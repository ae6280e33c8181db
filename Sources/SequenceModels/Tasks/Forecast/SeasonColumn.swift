import Kernels

/// One channel of one series, as the search for its seasons sees it: without its unit and its level.
struct SeasonColumn: Sendable {
    /// What a season explains of a column.
    struct Evidence: Sendable {
        /// Share of the squares about the level that the mean of the same phase in other cycles explains; below 0 where
        /// it explains less than nothing.
        var explained: Double
        /// Values in a phase, on average.
        var cycles: Double
    }

    /// Fewer cycles show no season.
    static let cyclesMin = 2.5
    /// Newest points that are looked at, and newest cycles beyond `pointsFew` points.
    private static let pointsMax = 20_000, cyclesMax = 20, pointsFew = 2_000
    /// Lags at which the likeness of neighbouring points is measured.
    private static let likenessLags = 32

    /// From the first on, in units of its spread; gaps are filled by straight lines.
    private let values: [Double]
    private let isObserved: [Bool]
    /// `[T + 1]` sums of the values before each step.
    private let sums: [Double]
    /// The same for series in another unit, and likely another for another series.
    let signature: UInt64

    /// - Parameter column: NaN is missing.
    /// - Returns: nil for fewer than 6 values, and where all are equal as far as their digits say.
    init?(_ column: [Double]) {
        let recent = column.suffix(Self.pointsMax).drop { $0.isNaN }
        var filled: [Double] = [], isObserved: [Bool] = []
        filled.reserveCapacity(recent.count)
        var last = 0.0
        let origin = recent.first ?? 0
        for value in recent {
            let value = value - origin
            isObserved.append(!value.isNaN)
            if !value.isNaN, let before = isObserved.dropLast().lastIndex(of: true), before < filled.count - 1 {
                let step = (value - filled[before]) / Double(filled.count - before)
                for index in before + 1..<filled.count { filled[index] = filled[index - 1] + step }
            }
            if !value.isNaN { last = value }
            filled.append(last)
        }
        let count = isObserved.count { $0 }
        guard count >= 6 else { return nil }
        let mean = filled.reduce(0, +) / Double(filled.count)
        let spread = (filled.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(filled.count)).squareRoot()
        // Differences that are no more than the rounding of large numbers are none.
        guard spread > 1e-13 * (abs(origin) + abs(mean)), spread > 0, spread.isFinite else { return nil }
        values = filled.map { ($0 - mean) / spread }
        self.isObserved = isObserved
        var sums = [0.0], signature = UInt64(filled.count)
        sums.reserveCapacity(values.count + 1)
        for (index, value) in values.enumerated() {
            sums.append(sums[index] + value)
            let isRise: UInt64 = index > 0 && filled[index] > filled[index - 1] ? 1 : 0
            signature = (signature ^ isRise &+ 2) &* 0x0000_0100_0000_01B3
        }
        self.sums = sums
        // The last steps alone would decide the upper bits.
        self.signature = CounterRandom(seed: signature, stream: 0).bits(0)
    }

    /// Points from the first observed one on.
    var count: Int { values.count }

    /// Whether there are cycles enough to see a season in.
    func reaches(season: Int) -> Bool { Double(count) >= Self.cyclesMin * Double(season) }

    /// What a season explains: each value about the centred moving average over a season (Cleveland et al. 1990 call
    /// what is left of the level so), by the mean of its phase in the other cycles.
    ///
    /// - Returns: nil where no phase was observed twice.
    func evidence(season: Int) -> Evidence? { evidence(of: detrended(season: season), season: season) }

    /// What a part of a season explains of the values about the level of the whole.
    func evidence(season part: Int, within whole: Int) -> Evidence? {
        evidence(of: detrended(season: whole), season: part)
    }

    /// What a season explains of what a shorter one leaves.
    func evidence(season: Int, beyond shorter: Int) -> Evidence? {
        var rest = detrended(season: season)
        let profile = phases(of: rest, season: shorter).map { $0.count > 0 ? $0.sum / $0.count : 0 }
        for index in rest.values.indices { rest.values[index] -= profile[index % shorter] }
        return evidence(of: rest, season: season)
    }

    private func evidence(of rest: Rest, season: Int) -> Evidence? {
        var left = 0.0, all = 0.0, cycles = 0.0, used = 0.0
        for phase in phases(of: rest, season: season) where phase.count >= 2 {
            // Each value less the mean of the others: as much as that of all, n / (n - 1) times.
            let others = phase.count / (phase.count - 1)
            left += (phase.squares - phase.sum * phase.sum / phase.count) * others * others
            all += phase.squares
            cycles += phase.count
            used += 1
        }
        guard all > 0 else { return nil }
        return Evidence(explained: 1 - left / all, cycles: cycles / used)
    }

    /// Independent values in a season, from 2 to its length: fewer where neighbours are alike.
    func freedom(season: Int) -> Double {
        let rest = detrended(season: season).values
        let lags = min(season / 2, rest.count / 3)
        let all = rest.reduce(0) { $0 + $1 * $1 }
        guard lags > 0, all > 0 else { return 2 }
        let stride = max(1, lags / Self.likenessLags)
        var likeness = 0.0
        for lag in Swift.stride(from: 1, through: lags, by: stride) {
            let correlation = zip(rest.dropFirst(lag), rest).reduce(0) { $0 + $1.0 * $1.1 } / all
            likeness += correlation * correlation * Double(stride)
        }
        return max(2, Double(season) / (1 + 2 * likeness))
    }

    /// The error of going on from the last value by the season of the other cycles, relative to the last value alone:
    /// the mean over a quarter, a half, three quarters of a season and a step ahead.
    ///
    /// - Returns: nil where the last value makes no error.
    func errorOfSeason(_ season: Int) -> Double? {
        let rest = detrended(season: season)
        let phases = phases(of: rest, season: season)
        let start = values.count - rest.values.count
        let level = rest.values.indices.map { index in
            let phase = phases[index % season]
            let others = max(1, phase.count - (isObserved[start + index] ? 1 : 0))
            let own = isObserved[start + index] ? rest.values[index] : 0
            return values[start + index] - (phase.sum - own) / others
        }
        var with = 0.0, without = 0.0
        for ahead in Set([1, max(1, season / 4), max(1, season / 2), max(1, season * 3 / 4)]) {
            for index in ahead..<max(ahead, level.count)
            where isObserved[start + index] && isObserved[start + index - ahead] {
                with += abs(level[index] - level[index - ahead])
                without += abs(values[start + index] - values[start + index - ahead])
            }
        }
        return without > 0 ? with / without : nil
    }

    // MARK: By phase

    /// The newest values about their level.
    private struct Rest {
        var values: [Double]
        /// Where they begin among the values of the column.
        let start: Int
    }

    private struct Phase {
        var count = 0.0
        var sum = 0.0
        var squares = 0.0
    }

    private func phases(of rest: Rest, season: Int) -> [Phase] {
        var phases = [Phase](repeating: Phase(), count: season)
        var phase = 0
        for (index, value) in rest.values.enumerated() {
            if isObserved[rest.start + index] {
                phases[phase].count += 1
                phases[phase].sum += value
                phases[phase].squares += value * value
            }
            phase = phase + 1 == season ? 0 : phase + 1
        }
        return phases
    }

    /// The values less the centred moving average over a season; at the ends it goes on as straight as within the
    /// nearest season.
    private func detrended(season: Int) -> Rest {
        let count = min(count, max(Self.pointsFew, Self.cyclesMax * season))
        let start = self.count - count, half = season / 2
        let first = start + half, last = self.count - 1 - half
        guard last >= first else {
            let mean = (sums[self.count] - sums[start]) / Double(count)
            return Rest(values: values[start...].map { $0 - mean }, start: start)
        }
        func average(_ step: Int) -> Double {
            let whole = sums[step + half + 1] - sums[step - half]
            // Of an even length, the two outer steps count half.
            let outer = season % 2 == 0 ? (values[step - half] + values[step + half]) / 2 : 0
            return (whole - outer) / Double(season)
        }
        let reach = min(season, last - first)
        let (low, high) = (average(first), average(last))
        let rise = reach > 0 ? (average(first + reach) - low) / Double(reach) : 0
        let fall = reach > 0 ? (high - average(last - reach)) / Double(reach) : 0
        var rest: [Double] = []
        rest.reserveCapacity(count)
        for step in start..<self.count {
            let level =
                step < first
                ? low - rise * Double(first - step)
                : step > last ? high + fall * Double(step - last) : average(step)
            rest.append(values[step] - level)
        }
        return Rest(values: rest, start: start)
    }
}
