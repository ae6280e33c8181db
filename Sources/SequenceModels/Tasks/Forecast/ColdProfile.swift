/// What series of one kind are like before anything of one is known: the mean of those of a training.
package struct ColdProfile: Codable, Sendable, Equatable {
    /// By static covariate of categories the index of its category, 0 for any of them.
    package var kind: [Int]
    /// `[S][C]` mean value by phase, in the model's space.
    package var values: [[Double]]
}

/// Where a forecast begins that has no history.
enum ColdStart {
    /// Values that the profiles of one model may have.
    private static let valuesMax = 100_000

    /// The profiles of all series, of those of each static category, and of each combination that there is.
    ///
    /// - Parameters:
    ///   - series: those to learn from, `[T, C]` in the model's space, with the phase of its first step and the steps
    ///     that may be looked at.
    ///   - fixed: by series, its static covariates.
    /// - Returns: nothing of a single series, which tells of no other.
    static func profiles(
        _ series: [(path: SeriesPath, end: Int)], fixed: [[StaticCovariate]], _ layout: StepLayout
    ) -> [ColdProfile] {
        guard series.count > 1, let shape = series.first?.path.shape else { return [] }
        var sums: [[Int]: ProfileSum] = [:]
        for (item, fixed) in zip(series, fixed) {
            let kind = layout.kind(fixed)
            let own = mean(item.path, end: item.end)
            var kinds: Set<[Int]> = [kind, kind.map { _ in 0 }]
            for (place, index) in kind.enumerated() {
                var single = kind.map { _ in 0 }
                single[place] = index
                kinds.insert(single)
            }
            for kind in kinds { sums[kind, default: ProfileSum(count: own.count)].add(own) }
        }
        let room = valuesMax / (shape.season * shape.channels)
        let chosen = sums.keys.sorted { $0.precedes($1) }.prefix(room)
        return chosen.compactMap { kind in
            sums[kind].map { ColdProfile(kind: kind, values: $0.profile(shape)) }
        }
    }

    /// `[S · C]`, NaN where nothing is known.
    private static func mean(_ path: SeriesPath, end: Int) -> [Double] {
        let (season, channels) = (path.shape.season, path.shape.channels)
        var sums = [Double](repeating: 0, count: season * channels), counts = sums
        for t in 0..<end {
            for channel in 0..<channels {
                let value = path.value(t, channel), place = (t + path.phase) % season * channels + channel
                guard !value.isNaN else { continue }
                sums[place] += value
                counts[place] += 1
            }
        }
        return zip(sums, counts).map { $1 > 0 ? $0 / $1 : .nan }
    }

    /// `[S · C]` of a kind, from the phase on: its own combination, else what is known of its categories, else of all.
    static func history(_ profiles: [ColdProfile], kind: [Int], phase: Int) -> [Double]? {
        func profile(_ kind: [Int]) -> [[Double]]? { profiles.first { $0.kind == kind }?.values }
        var found = profile(kind)
        if found == nil {
            let singles = kind.indices.filter { kind[$0] > 0 }.compactMap { place in
                var single = kind.map { _ in 0 }
                single[place] = kind[place]
                return profile(single)
            }
            if let first = singles.first {
                found = first.indices.map { step in
                    first[step].indices.map { channel in
                        singles.reduce(0) { $0 + $1[step][channel] } / Double(singles.count)
                    }
                }
            }
        }
        guard let values = found ?? profile(kind.map { _ in 0 }) else { return nil }
        return values.indices.flatMap { values[($0 + phase) % values.count] }
    }
}

/// The sum of the means of several series, by phase and channel.
private struct ProfileSum {
    private var sums: [Double]
    private var counts: [Double]

    init(count: Int) {
        sums = [Double](repeating: 0, count: count)
        counts = sums
    }

    mutating func add(_ means: [Double]) {
        for (place, mean) in means.enumerated() where !mean.isNaN {
            sums[place] += mean
            counts[place] += 1
        }
    }

    /// Phases that no series has take the mean of the others.
    func profile(_ shape: PathShape) -> [[Double]] {
        (0..<shape.season).map { step in
            (0..<shape.channels).map { channel in
                let place = step * shape.channels + channel
                if counts[place] > 0 { return sums[place] / counts[place] }
                let places = stride(from: channel, to: sums.count, by: shape.channels)
                let count = places.reduce(0) { $0 + counts[$1] }
                return count > 0 ? places.reduce(0) { $0 + sums[$1] } / count : 0
            }
        }
    }
}

extension StepLayout {
    /// By static covariate of categories the index of its category, 0 for an unknown one.
    func kind(_ fixed: [StaticCovariate]) -> [Int] {
        zip(self.fixed, fixed).filter { $0.0.facts.categories != nil }.map { place, covariate in
            if case .category(let name) = covariate.value { place.indices[name] ?? 0 } else { 0 }
        }
    }
}

extension [Int] {
    /// Of kinds, those that name fewer categories come first.
    fileprivate func precedes(_ other: [Int]) -> Bool {
        let (own, others) = (count { $0 > 0 }, other.count { $0 > 0 })
        return own == others ? lexicographicallyPrecedes(other) : own < others
    }
}
