import Kernels
import RecurrentLayers

/// A run of steps of one series: read from `from`, scored from `scored`, up to `end`.
struct ForecastWindow {
    var item: ForecastData.Item
    var from: Int
    var scored: Int
    var end: Int
    /// Covariates that are not seen in it.
    var blinds: StepInputs.Blinds

    /// Share of the windows of a training in which a covariate is missing: so the network learns to do without.
    private static let droppedShare = 0.05

    /// A window of a random series (longer ones more often) at a random place; the ends are as likely as the middle.
    static func random(_ data: ForecastData, window: Int, random: CounterRandom, row: Int) -> ForecastWindow {
        let place = Int(random.bits(UInt64(2 * row)) % UInt64(max(1, data.points)))
        // The first series whose offset is above the place.
        var low = 0, high = data.offsets.count - 1
        while low < high {
            let middle = (low + high) / 2
            if data.offsets[middle] > place { high = middle } else { low = middle + 1 }
        }
        let chosen = data.training[low]
        let length = chosen.end - chosen.first
        let steps = min(window, length)
        let spread = length - steps + steps / 2 * 2 + 1
        let start = Int(random.bits(UInt64(2 * row + 1)) % UInt64(spread)) - steps / 2
        let from = chosen.first + max(0, min(length - steps, start))
        return ForecastWindow(
            item: chosen, from: from, scored: from, end: from + steps,
            blinds: blinds(chosen, from: from, steps: steps, random: random, row: row))
    }

    /// Past covariates end somewhere in a window, as they do where a forecast begins; now and then one is missing.
    private static func blinds(
        _ item: ForecastData.Item, from: Int, steps: Int, random: CounterRandom, row: Int
    ) -> StepInputs.Blinds {
        guard let layout = item.inputs?.layout else { return StepInputs.Blinds(pastEnd: item.end) }
        let covariates = layout.places.count
        // Behind the numbers of all rows' places.
        let first = 1 << 32 | UInt64(row) << 16
        var blinds = StepInputs.Blinds(pastEnd: item.end)
        if !layout.past.isEmpty { blinds.pastEnd = from + Int(random.bits(first) % UInt64(steps + 1)) }
        for index in 0..<covariates where random.uniform(first + 1 + UInt64(index)) < droppedShare {
            blinds.dropped.insert(index)
        }
        return blinds
    }

    /// Windows that cover the held-back steps, `count` of them at a time, each after `context` steps; at most 256,
    /// evenly chosen.
    static func validation(_ data: ForecastData, context: Int, count: Int) -> [ForecastWindow] {
        var windows: [ForecastWindow] = []
        for item in data.validation {
            for scored in stride(from: item.first, to: item.end, by: count) {
                windows.append(
                    ForecastWindow(
                        item: item, from: max(1, scored - context), scored: scored, end: min(scored + count, item.end),
                        blinds: StepInputs.Blinds(pastEnd: scored)))
            }
        }
        let most = 256
        return windows.count <= most ? windows : (0..<most).map { windows[$0 * windows.count / most] }
    }

    /// Fills features, mask and targets; returns the number of observed targets.
    static func fill(_ windows: [ForecastWindow], _ workspace: some SequenceWindow, _ targets: ShardTargets) -> Int {
        guard let first = windows.first else { return 0 }
        let channels = first.item.path.channels
        let shape = first.item.path.shape
        let (own, isCount) = (shape.width, shape.isCount)
        let width = own + (first.item.inputs?.layout.width ?? 0)
        let steps = windows.map { $0.end - $0.from }.max() ?? 1
        workspace.begin(steps: steps, batch: windows.count)
        workspace.zeroState()
        let values = steps * windows.count * channels
        targets.numbers = [Float](repeating: .nan, count: isCount ? 0 : values)
        targets.counts = [Double](repeating: .nan, count: isCount ? values : 0)
        targets.scales = [Double](repeating: 1, count: isCount ? values : 0)
        var count = 0
        for (row, window) in windows.enumerated() {
            for t in window.from..<window.end {
                let place = (t - window.from) * windows.count + row
                window.item.path.writeFeatures(t, into: workspace.inputs + place * width)
                window.item.inputs?.write(t, window.blinds, into: workspace.inputs + place * width + own)
                workspace.mask[place] = 1
                guard t >= window.scored else { continue }
                for channel in 0..<channels {
                    let index = place * channels + channel
                    if isCount {
                        targets.counts[index] = window.item.path.value(t, channel)
                        targets.scales[index] = window.item.path.scale.scale[channel]
                    } else {
                        targets.numbers[index] = Float(window.item.path.residual(t, channel))
                    }
                    if window.item.path.observed[t * channels + channel] { count += 1 }
                }
            }
        }
        return count
    }
}
