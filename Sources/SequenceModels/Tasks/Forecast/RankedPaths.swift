import Kernels

/// Deals the values of a step to sample paths, where all paths see the same distribution: how high a path lies among
/// all of them goes on from step to step, as far as errors of a forecast do (a first-order autoregression of normal
/// scores; the ranks as in Clark et al. 2004, "the Schaake shuffle").
struct RankedPaths: Sendable {
    /// How much of a score the next one has, 0 to 1.
    let correlation: Double
    let noise: PathNoise
    /// Paths that share one set of values; what is beyond makes further sets.
    let basis: Int

    /// Where nothing was measured.
    static let correlationPresumed = 0.5

    /// The scores of the next step.
    /// - Parameters: scores: `[path][C]` of the last one; empty before the first.
    func advance(_ scores: inout [Double], paths: Int, channels: Int, step: Int) {
        let isFirst = step == 0
        let own = isFirst ? 0 : correlation, rest = (1 - own * own).squareRoot()
        if scores.count != paths * channels { scores = [Double](repeating: 0, count: paths * channels) }
        for path in 0..<paths {
            for channel in 0..<channels {
                let draw = noise.draw(
                    path: path, index: step * channels + channel, degreesOfFreedom: .infinity)
                scores[path * channels + channel] = own * scores[path * channels + channel] + rest * draw
            }
        }
    }

    /// What each path has of one channel.
    /// - Parameters:
    ///   - scores: as `advance` made them; empty where the order does not matter.
    ///   - values: so many, ascending.
    func deal(_ scores: [Double], paths: Int, channels: Int, channel: Int, _ values: (Int) -> [Double]) -> [Double] {
        var dealt = [Double](repeating: 0, count: paths)
        var sorted: [Double] = []
        for first in stride(from: 0, to: paths, by: basis) {
            let part = first..<min(paths, first + basis)
            if sorted.count != part.count { sorted = values(part.count) }
            guard !scores.isEmpty else {
                dealt.replaceSubrange(part, with: sorted)
                continue
            }
            let order = part.sorted {
                let (a, b) = (scores[$0 * channels + channel], scores[$1 * channels + channel])
                return a < b || a == b && $0 < $1
            }
            for (rank, path) in order.enumerated() { dealt[path] = sorted[rank] }
        }
        return dealt
    }
}
