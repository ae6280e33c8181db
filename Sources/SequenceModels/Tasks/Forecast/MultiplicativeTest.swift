import Kernels

/// Decides whether series are better looked at in logarithms.
package enum MultiplicativeTest {
    /// True when all values are positive and the swings within a season (or a block) grow in proportion to the level.
    ///
    /// The slope of log(deviation) on log(mean) over blocks is near 1 for multiplicative series and near 0 for additive
    /// ones.
    package static func isMultiplicative(_ series: [[Double]], season: Int) -> Bool {
        var points: [(x: Double, y: Double)] = []
        var low = Double.infinity, high = 0.0
        for values in series {
            guard values.allSatisfy({ $0.isNaN || $0 > 0 }) else { return false }
            let block = season > 1 ? season : max(6, values.count / 10)
            var own: [(x: Double, y: Double)] = []
            for start in stride(from: 0, to: values.count - block + 1, by: block) {
                let part = values[start..<start + block].filter { !$0.isNaN }
                guard part.count >= 2 else { continue }
                let mean = part.reduce(0, +) / Double(part.count)
                let deviation = (part.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(part.count)).squareRoot()
                guard deviation > 0 else { continue }
                own.append((PortableMath.log(mean), PortableMath.log(deviation)))
            }
            guard own.count >= 3 else { continue }
            let mx = own.reduce(0) { $0 + $1.x } / Double(own.count),
                my = own.reduce(0) { $0 + $1.y } / Double(own.count)
            // Within a series only: between series the slope is 1 whatever their nature.
            points += own.map { ($0.x - mx, $0.y - my) }
            low = min(low, own.map { $0.x - mx }.min() ?? 0)
            high = max(high, own.map { $0.x - mx }.max() ?? 0)
        }
        guard points.count >= 4, high - low > 0.25 else { return false }
        let sxx = points.reduce(0) { $0 + $1.x * $1.x }, sxy = points.reduce(0) { $0 + $1.x * $1.y }
        let syy = points.reduce(0) { $0 + $1.y * $1.y }
        guard sxx > 0, syy > 0 else { return false }
        return sxy / sxx > 0.5 && sxy / (sxx * syy).squareRoot() > 0.5
    }
}
