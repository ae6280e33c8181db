/// The mean shape of a season, and the phase at which a history begins.
enum SeasonProfile {
    /// `[S][C]` mean of (z − mean of the season around it) by phase, counted from step 0.
    static func profile(_ z: [Double], channels: Int, season: Int, end: Int) -> [[Double]] {
        var result = [[Double]](repeating: [Double](repeating: 0, count: channels), count: season)
        for channel in 0..<channels {
            var sums = [Double](repeating: 0, count: season), counts = sums
            for start in stride(from: 0, to: end - season + 1, by: season) {
                let part = (0..<season).map { z[(start + $0) * channels + channel] }
                let there = part.filter { !$0.isNaN }
                guard !there.isEmpty else { continue }
                let mean = there.reduce(0, +) / Double(there.count)
                for (phase, value) in part.enumerated() where !value.isNaN {
                    sums[phase] += value - mean
                    counts[phase] += 1
                }
            }
            let size = (sums.reduce(0) { $0 + $1 * $1 }).squareRoot()
            for phase in 0..<season where counts[phase] > 0 && size > 0 {
                result[phase][channel] = sums[phase] / counts[phase] / size
            }
        }
        return result
    }

    /// The phase of step 0: the shift by which the history's own profile resembles `profile` most; 0 when it is too
    /// short or unclear.
    static func phase(of z: [Double], channels: Int, end: Int, like profile: [[Double]]) -> Int {
        let season = profile.count
        guard season > 1, end >= season else { return 0 }
        let own = Self.profile(z, channels: channels, season: season, end: end)
        func likeness(_ shift: Int) -> Double {
            var sum = 0.0
            for phase in 0..<season {
                for channel in 0..<channels { sum += own[phase][channel] * profile[(phase + shift) % season][channel] }
            }
            return sum
        }
        var best = (shift: 0, value: likeness(0))
        let margin = 0.05 * abs(best.value)
        for shift in 1..<season {
            let value = likeness(shift)
            if value > best.value + (best.shift == 0 ? margin : 0) { best = (shift, value) }
        }
        return best.value > 0 ? best.shift : 0
    }
}
