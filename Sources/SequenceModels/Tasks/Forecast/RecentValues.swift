import Kernels

/// How much of a forecast of counts is drawn from the last values of the series itself: of series that are mostly zero
/// these tell more of the next value than any line.
package struct RecentShare: Codable, Sendable, Equatable {
    /// Share of the paths that draw from them.
    package var share: Double
    /// The number of values, the newest; with a season those of the same phase.
    package var values: Int
    /// S, whose phases differ; 1 for none.
    package var season: Int

    /// As the members say.
    package init(share: Double, values: Int, season: Int) {
        self.share = share
        self.values = values
        self.season = season
    }

    /// Numbers of values that are tried.
    static let counts = [4, 8, 12, 24]
    /// Share of the values that are 0 from which on a series is taken for one that is mostly zero.
    static let zeroShareMin = 0.2

    /// What is wrong with one from a file; nil for a sound one.
    var fault: String? {
        let most = Self.counts.last ?? 1
        let isSound = 0...1 ~= share && 1...most ~= values && 1...ModelLimits.seasonalityMax ~= season
        return isSound ? nil : "a share from 0 to 1, of 1 to \(most) values of a season is needed"
    }

    /// Whether a path draws from them: pairs of paths mirror each other and stay together.
    package func takes(path: Int) -> Bool {
        let pair = Double(path / 2)
        return (share * (pair + 1)).rounded(.down) > (share * pair).rounded(.down)
    }
}

/// The last values of one channel, by phase of its season.
package struct RecentValues: Sendable, Equatable {
    /// `[S]` by step ahead: ascending; empty where none was observed.
    private let phases: [[Double]]

    /// - Parameters:
    ///   - past: NaN missing. - season: S, 1 for none. - count: of each phase, at most.
    package init(_ past: [Double], season: Int, count: Int) {
        phases = (0..<max(1, season)).map { ahead in
            Self.newest(past, season: season, ahead: ahead, count: count).sorted()
        }
    }

    /// The last values of the phase of a step ahead, the newest first.
    static func newest(_ past: [Double], season: Int, ahead: Int, count: Int) -> [Double] {
        let season = max(1, season)
        var values: [Double] = [], at = past.count + ahead % season - season
        while at >= 0, values.count < count {
            if !past[at].isNaN { values.append(past[at]) }
            at -= season
        }
        return values
    }

    /// Those of a step ahead, ascending.
    package func values(_ step: Int) -> [Double] { phases[step % phases.count] }

    /// Bytes that it holds.
    var sizeBytes: Int { phases.reduce(64) { $0 + 32 + $1.count * MemoryLayout<Double>.size } }

    func write(to writer: inout StateWriter) {
        writer.count(phases.count)
        for values in phases {
            writer.count(values.count)
            writer.numbers(values)
        }
    }

    init(from reader: inout StateReader) throws(StreamStateError) {
        var phases: [[Double]] = []
        for _ in 0..<(try reader.count("phases", 1...ModelLimits.seasonalityMax)) {
            let count = try reader.count("values of a phase", 0...(RecentShare.counts.last ?? 0))
            phases.append(try reader.numbers(count))
        }
        self.phases = phases
    }
}

extension RecentValues {
    /// Puts values of the series in place of what some paths drew, each as often as it was there.
    ///
    /// From step to step the paths take the values in another order, so that none is always the highest.
    package static func mix(_ drawn: inout [Double], _ recent: [Double], share: RecentShare, step: Int, basis: Int) {
        guard !recent.isEmpty else { return }
        let taking = drawn.indices.filter { share.takes(path: $0) }
        let count = max(1, taking.prefix { $0 < basis }.count)
        for (place, path) in taking.enumerated() {
            let rank = (place + step * turn(count)) % count
            drawn[path] = even(recent, rank, of: count)
        }
    }

    /// The value of a rank where `count` are taken of all in even steps.
    static func even(_ sorted: [Double], _ rank: Int, of count: Int) -> Double {
        sorted[Int((Double(rank) + 0.5) / Double(count) * Double(sorted.count))]
    }

    /// Ranks that a path moves on by: about the golden section of all, and without a common divisor.
    private static func turn(_ count: Int) -> Int {
        var turn = max(1, Int((Double(count) * 0.618).rounded()))
        while turn > 1, divisor(turn, count) > 1 { turn -= 1 }
        return turn
    }

    private static func divisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : divisor(b, a % b) }
}
