import Kernels
import RecurrentLayers

/// A run of steps of one series: read from `from`, scored from `scored`, up to `end`.
struct ForecastWindow {
    var item: ForecastData.Item
    var from: Int
    var scored: Int
    var end: Int
    /// From here on no values are read; `end` where all are.
    var origin: Int
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
        if let direct = data.facts.direct {
            return decoded(chosen, window: window, most: direct.steps, random: random, row: row)
        }
        let length = chosen.end - chosen.first
        let steps = min(window, length)
        let spread = length - steps + steps / 2 * 2 + 1
        let start = Int(random.bits(UInt64(2 * row + 1)) % UInt64(spread)) - steps / 2
        let from = chosen.first + max(0, min(length - steps, start))
        return ForecastWindow(
            item: chosen, from: from, scored: from, end: from + steps, origin: from + steps,
            blinds: blinds(chosen, from: from, steps: steps, random: random, row: row))
    }

    /// Share of the steps of a short series that are decoded, at most.
    private static let decodedShare = 2.0 / 3

    /// A window that is read up to a random origin, and decoded behind it as far as a forecast goes.
    private static func decoded(
        _ item: ForecastData.Item, window: Int, most: Int, random: CounterRandom, row: Int
    ) -> ForecastWindow {
        let length = item.end - item.first
        let ahead = min(most, max(1, Int(decodedShare * Double(length))))
        // The last values are decoded as often as those in the middle; before the first few, there is little to read.
        let last = item.end - ahead
        let first = item.first + min(window / 2, (last - item.first) / 2)
        let start = Int(random.bits(UInt64(2 * row + 1)) % UInt64(last - first + 1 + ahead / 2))
        let origin = min(last, first + start)
        let from = max(item.first, origin - window)
        var blinds = blinds(item, from: from, steps: origin - from, random: random, row: row)
        blinds.pastEnd = origin
        return ForecastWindow(
            item: item, from: from, scored: from, end: origin + ahead, origin: origin, blinds: blinds)
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
    ///
    /// Where forecasts are decoded directly, they are here too: `count` is then the steps that were learned.
    static func validation(_ data: ForecastData, context: Int, count: Int) -> [ForecastWindow] {
        var windows: [ForecastWindow] = []
        let count = data.facts.direct?.steps ?? count
        for item in data.validation {
            for scored in stride(from: item.first, to: item.end, by: count) {
                let end = min(scored + count, item.end)
                windows.append(
                    ForecastWindow(
                        item: item, from: max(1, scored - context), scored: scored, end: end,
                        origin: data.facts.direct == nil ? end : scored, blinds: StepInputs.Blinds(pastEnd: scored)))
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
            let path = window.item.path
            var reader = window.origin < window.end ? path.known(before: window.origin) : path
            let frozen =
                window.origin < window.end
                ? window.item.inputs?.frozen(at: window.origin, count: window.end - window.origin) ?? [] : []
            for t in window.from..<window.end {
                let place = (t - window.from) * windows.count + row
                let inputs = workspace.inputs + place * width
                let isRead = t < window.origin
                if isRead { path.writeFeatures(t, into: inputs) } else { reader.writeFeatures(t, into: inputs) }
                window.item.inputs?.write(t, window.blinds, into: inputs + own)
                if !isRead {
                    for one in frozen where !window.blinds.dropped.contains(one.covariate) {
                        inputs[own + one.column] = one.values[t - window.origin]
                    }
                }
                workspace.mask[place] = 1
                if t >= window.scored {
                    for channel in 0..<channels {
                        let index = place * channels + channel
                        if isCount {
                            targets.counts[index] = path.value(t, channel)
                            targets.scales[index] = path.scale.scale[channel]
                        } else {
                            let base = isRead ? path.base(t, channel) : reader.base(t, channel)
                            targets.numbers[index] = Float(path.distance(t, channel, from: base))
                        }
                        if path.observed[t * channels + channel] { count += 1 }
                    }
                }
                if !isRead { reader.appendExpected() }
            }
        }
        return count
    }
}
