/// Keeps paths within sight of the history, so that every answer is a finite and sane number.
struct PathBounds: Sendable {
    private let low: [Double]
    private let high: [Double]

    /// - Parameters:
    ///   - values: `[T, C]` of the history, NaN missing.
    ///   - limits: in the transformed space.
    init(history: SeriesPath, values: [Double], horizon: Int, limits: ValueLimits) {
        var low: [Double] = [], high: [Double] = []
        for channel in 0..<history.channels {
            let column = stride(from: channel, to: values.count, by: history.channels).lazy.map { values[$0] }
                .filter { !$0.isNaN }
            let least = column.min() ?? 0, most = column.max() ?? 0
            let margin =
                2 * (most - least) + 10 * history.scale.scale[channel] * Double(horizon).squareRoot()
                + 2 * abs(history.scale.drift[channel]) * (Double(horizon) / Double(history.season) + 1)
            low.append(history.shape.isCount ? 0 : least - margin)
            high.append(history.shape.isCount ? (most + margin).rounded(.up) : most + margin)
        }
        self.low = low.map { limits.clamp($0) }
        self.high = high.map { limits.clamp($0) }
    }

    func clamp(_ z: Double, _ channel: Int) -> Double {
        z.isNaN ? (low[channel] + high[channel]) / 2 : min(max(z, low[channel]), high[channel])
    }

    func write(to writer: inout StateWriter) {
        writer.numbers(low)
        writer.numbers(high)
    }

    init(from reader: inout StateReader, channels: Int) throws(StreamStateError) {
        low = try reader.numbers(channels)
        high = try reader.numbers(channels)
        if zip(low, high).contains(where: { $0 > $1 }) { throw .invalid("a path has no room between its bounds") }
    }
}
