/// Level and seasons of a series by exponential smoothing in its error-correction form (Hyndman et al. 2008; several
/// seasons as Taylor 2003): what is expected of the next step, learned from the steps before it only.
///
/// The first cycle of the shortest season is looked at as a whole; after it each coefficient is at least what a mean of
/// all values so far would have, so that little is forgotten before there is much to remember.
package struct SmoothingState: Sendable, Equatable {
    /// S of each season, ascending; empty for none.
    package let seasons: [Int]
    /// By channel.
    package let coefficients: [SmoothingCoefficients]
    /// Change of the level from step to step, by channel.
    package let slope: [Double]
    /// Steps taken so far.
    package private(set) var steps = 0
    /// Level behind the last step, by channel.
    package private(set) var level: [Double]
    /// What the level changes by from step to step beside its slope, by channel; it wears off.
    private var trend: [Double]
    /// Values that the level has learned from, by channel.
    private var seen: [Int]
    /// `[S · C]` of each season, one behind the other: distances from the level by phase.
    private var indices: [Double]
    /// The same: values that each has learned from.
    private var counts: [Int]
    /// By season: where the next step's indices begin.
    private var places: [Int]
    /// `[T, C]` of the first cycle, until it is over; NaN missing.
    private var first: [Double] = []

    /// Before the first step.
    package init(seasons: [Int], coefficients: [SmoothingCoefficients], slope: [Double]) {
        self.seasons = seasons
        self.coefficients = coefficients
        self.slope = slope
        let channels = slope.count
        level = [Double](repeating: 0, count: channels)
        trend = level
        seen = [Int](repeating: 0, count: channels)
        let slots = seasons.reduce(0, +) * channels
        indices = [Double](repeating: 0, count: slots)
        counts = [Int](repeating: 0, count: slots)
        var offset = 0
        places = seasons.map { season in
            defer { offset += season * channels }
            return offset
        }
    }

    private var channels: Int { slope.count }

    /// Steps of the first cycle.
    private var start: Int { seasons.first ?? 0 }

    /// Whether any value of a channel was seen.
    package func knows(_ channel: Int) -> Bool { seen[channel] > 0 }

    /// What the level will change by in the next step beside its slope.
    func trend(_ channel: Int) -> Double { SmoothingCoefficients.damping * trend[channel] }

    /// What is expected of the next step; 0 before any value was seen.
    package func expected(_ channel: Int) -> Double {
        guard seen[channel] > 0 else { return 0 }
        var sum = level[channel] + slope[channel] + trend(channel)
        for place in places { sum += indices[place + channel] }
        return sum
    }

    /// What `expected` is the sum of.
    func parts(_ channel: Int) -> (level: Double, seasons: [Double]) {
        guard seen[channel] > 0 else { return (0, places.map { _ in 0 }) }
        return (level[channel] + slope[channel] + trend(channel), places.map { indices[$0 + channel] })
    }

    /// Takes one step.
    /// - Parameter values: `[C]`, NaN missing.
    package mutating func append(_ values: some Collection<Double>) {
        for (channel, value) in values.enumerated() {
            guard seen[channel] > 0 else {
                if !value.isNaN {
                    level[channel] = value
                    seen[channel] = 1
                }
                continue
            }
            let error = value - expected(channel)
            trend[channel] = trend(channel)
            level[channel] += slope[channel] + trend[channel]
            if !error.isNaN { learn(error, channel) }
        }
        if steps < start { first += values }
        steps += 1
        turn()
        if steps == start, start > 0 { beginSeasons() }
    }

    private mutating func learn(_ error: Double, _ channel: Int) {
        let own = coefficients[channel]
        let levelGain = max(own.level, 1 / Double(seen[channel] + 1))
        level[channel] += levelGain * error
        trend[channel] += own.trend * levelGain * error
        seen[channel] += 1
        guard steps >= start, let longest = seasons.last else { return }
        func gain(_ index: Int) -> Double {
            let share = own.season * Double(seasons[index]) / Double(longest)
            return max(share, (1 - levelGain) / Double(counts[places[index] + channel] + 1))
        }
        var sum = 0.0
        for index in seasons.indices { sum += gain(index) }
        // Together they learn no more than the error.
        let factor = sum > 1 - levelGain ? (1 - levelGain) / sum : 1
        for index in seasons.indices {
            indices[places[index] + channel] += factor * gain(index) * error
            counts[places[index] + channel] += 1
        }
    }

    /// The places of the step after this one.
    private mutating func turn() {
        var offset = 0
        for index in seasons.indices {
            let size = seasons[index] * channels
            places[index] += channels
            if places[index] == offset + size { places[index] = offset }
            offset += size
        }
    }

    /// The first cycle is over: its mean is the level, the rest its season.
    private mutating func beginSeasons() {
        let middle = Double(start - 1) / 2
        for channel in 0..<channels {
            let values = stride(from: channel, to: first.count, by: channels).map { first[$0] }
            let known = values.count { !$0.isNaN }
            guard known > 0 else { continue }
            let mean =
                values.enumerated().reduce(0) { sum, item in
                    item.element.isNaN ? sum : sum + item.element - slope[channel] * (Double(item.offset) - middle)
                } / Double(known)
            level[channel] = mean + slope[channel] * middle
            trend[channel] = 0
            seen[channel] = known
            for (step, value) in values.enumerated() where !value.isNaN {
                indices[step * channels + channel] = value - mean - slope[channel] * (Double(step) - middle)
                counts[step * channels + channel] = 1
            }
        }
        first = []
    }

    /// Bytes that it holds.
    var sizeBytes: Int {
        let slots = seasons.reduce(seasons.first ?? 0) { $0 + 2 * $1 }
        return 256 + channels * (slots + 5) * MemoryLayout<Double>.size
    }
}

extension SmoothingState {
    func write(to writer: inout StateWriter) {
        for own in coefficients { writer.numbers([own.level, own.season, own.trend]) }
        writer.numbers(slope)
        writer.count(steps)
        writer.numbers(level)
        writer.numbers(trend)
        for count in seen { writer.count(count) }
        writer.numbers(indices)
        for count in counts { writer.count(count) }
        writer.count(first.count)
        writer.numbers(first)
    }

    /// As `write` wrote it, of the same model as `other`.
    init(from reader: inout StateReader, like other: SmoothingState) throws(StreamStateError) {
        let channels = other.channels, stepsMax = ModelLimits.sequenceStepsMax + ModelLimits.horizonMax
        var coefficients: [SmoothingCoefficients] = []
        for _ in 0..<channels {
            let own = SmoothingCoefficients(
                level: try reader.number(), season: try reader.number(), trend: try reader.number())
            guard own.isSound else { throw .invalid("a coefficient is not from 0 to 1") }
            coefficients.append(own)
        }
        self.init(seasons: other.seasons, coefficients: coefficients, slope: try reader.numbers(channels))
        steps = try reader.count("steps of smoothing", 0...stepsMax)
        level = try reader.numbers(channels)
        trend = try reader.numbers(channels)
        for channel in 0..<channels { seen[channel] = try reader.count("values seen", 0...stepsMax) }
        indices = try reader.numbers(indices.count)
        for slot in counts.indices { counts[slot] = try reader.count("values of a phase", 0...stepsMax) }
        var offset = 0
        for index in seasons.indices {
            places[index] = offset + steps % seasons[index] * channels
            offset += seasons[index] * channels
        }
        let held = try reader.count("values of a first cycle", 0...start * channels)
        guard held == (steps < start ? steps * channels : 0) else { throw .invalid("a first cycle is not whole") }
        first = try reader.numbers(held, mayBeUnknown: true)
    }
}

extension SmoothingState {
    /// Before the first step of a series, with the coefficients that suit it.
    /// - Parameters:
    ///   - z: `[T, C]` in the model's space, NaN missing; `end` of its steps may be looked at.
    ///   - slope: change of the level from step to step, by channel.
    init(_ smoothing: ForecastSmoothing, _ z: [Double], channels: Int, end: Int, slope: [Double]) {
        self.init(
            seasons: smoothing.seasons,
            coefficients: smoothing.coefficients(z, channels: channels, end: end, slope: slope), slope: slope)
    }
}

extension SeriesPath {
    /// What smoothing lets expect of the steps to come; `[C][horizon]` in data units, nothing without smoothing.
    func smoothed(horizon: Int, _ transform: SeriesTransform) -> [[Double]] {
        guard var state = smoothing else { return [] }
        let unknown = [Double](repeating: .nan, count: channels)
        var result = [[Double]](repeating: [], count: channels)
        for _ in 0..<horizon {
            for channel in 0..<channels {
                result[channel].append(transform.inverse(state.knows(channel) ? state.expected(channel) : z.last ?? 0))
            }
            state.append(unknown)
        }
        return result
    }
}

/// How far the values of a series lie from what smoothing expects one step before.
struct SmoothingErrors {
    /// Of observed values, by channel.
    private(set) var counts: [Double]
    /// Mean squared error by channel, 0 of none.
    private(set) var squares: [Double]

    /// - Parameters:
    ///   - smoothing: before the first step.
    ///   - z: `[T, C]`, NaN missing; `end` of its steps may be looked at.
    ///   - season: steps of the first cycle, of which nothing can be expected.
    init(_ smoothing: SmoothingState, _ z: [Double], channels: Int, end: Int, from season: Int) {
        var state = smoothing
        counts = [Double](repeating: 0, count: channels)
        squares = counts
        for step in 0..<end {
            for channel in 0..<channels where step >= max(1, season) && state.knows(channel) {
                let error = z[step * channels + channel] - state.expected(channel)
                guard !error.isNaN else { continue }
                counts[channel] += 1
                squares[channel] += error * error
            }
            state.append(z[step * channels..<(step + 1) * channels])
        }
        for channel in 0..<channels where counts[channel] > 0 { squares[channel] /= counts[channel] }
    }
}
