import Kernels
import RecurrentLayers

/// How surprising values are that a network has not learned, each told by those before it: read as the history of a
/// forecast is, scored one step ahead.
struct SurpriseMeasure<Network: SequenceNetwork> {
    let network: Network
    let head: ForecastHead
    /// Steps that are read before the first that is measured.
    let context: Int

    /// Steps read, at most, of all series together.
    private static var stepsMax: Int { 40_000 }

    /// - Parameter items: values `first ..< end` of each are measured.
    /// - Returns: surprises; of a point head its errors, in units of the series' scale.
    func measure(_ items: [ForecastData.Item], _ pool: ComputePool) -> [Double] {
        let steps = items.reduce(0) { $0 + ($1.end - from($1)) }
        let count = steps > Self.stepsMax ? max(1, items.count * Self.stepsMax / steps) : items.count
        return FixedOrder.map(count, pool) { measure(items[$0 * items.count / count]) }.flatMap { $0 }
    }

    /// Where an item begins to be read.
    private func from(_ item: ForecastData.Item) -> Int { max(1, item.first - context) }

    private func measure(_ item: ForecastData.Item) -> [Double] {
        let path = item.path, from = from(item), end = min(item.end, from + Self.stepsMax)
        guard item.first < end else { return [] }
        let own = path.shape.width, width = own + (item.inputs?.layout.width ?? 0)
        let blinds = StepInputs.Blinds(pastEnd: item.end)
        var rows = [Float](repeating: 0, count: (end - from) * width)
        rows.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            for t in from..<end {
                let row = base + (t - from) * width
                path.writeFeatures(t, into: row)
                item.inputs?.write(t, blinds, into: row + own)
            }
        }
        var found: [Double] = []
        network.memory(rows: 1, context: context).read(.numbers(rows, width: width)) { position, outputs in
            guard let base = outputs.baseAddress, from + position >= item.first else { return }
            for channel in 0..<path.channels {
                if let number = number(base + channel * head.parametersPerValue, path, from + position, channel) {
                    found.append(number)
                }
            }
        }
        return found
    }

    /// Nil where nothing was observed.
    private func number(
        _ outputs: UnsafePointer<Float>, _ path: SeriesPath, _ t: Int, _ channel: Int
    ) -> Double? {
        let value = path.value(t, channel)
        guard !value.isNaN else { return nil }
        guard head.isDistribution else { return path.residual(t, channel) - Double(outputs[0]) }
        return head.score(
            outputs, base: path.base(t, channel), unit: path.scale.scale[channel], value: value)?.surprise
    }
}

extension SurpriseFacts {
    /// - Parameter measured: as `SurpriseMeasure` returns it.
    init?(_ measured: [Double], of head: ForecastHead) {
        guard !head.isDistribution else {
            self.init(measured)
            return
        }
        guard let errors = ErrorQuantiles(measured) else { return nil }
        self.init(measured.map { errors.score($0, unit: 1).surprise }, errors: errors)
    }
}
