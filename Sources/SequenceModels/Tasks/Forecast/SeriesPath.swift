import Kernels

/// A series in the transformed space, gaps filled for its inputs, that can be grown step by step.
///
/// What the network predicts of measurements at step t is the distance from `base(t)` in units of `scale`. The base is
/// what level and seasons by exponential smoothing let expect, so an untrained network that says 0 is that method with
/// drift; in models made before there was smoothing it is last season's value, or the last one, plus drift.
struct SeriesPath: Sendable {
    let shape: PathShape
    let scale: SeriesScale
    /// Phase of step 0 within the season.
    private(set) var phase: Int
    /// `[T, C]`, gaps filled by `base`; without the steps that were dropped.
    private(set) var z: [Double]
    /// `[T, C]`: whether the value was sent.
    private(set) var observed: [Bool]
    /// `[T, C]`: what was expected of each step by those before it.
    private var bases: [Double] = []
    /// Behind the last step; nil where the base is a value of the past.
    private(set) var smoothing: SmoothingState?
    /// `[T + 1, C]`: running sums of z less its first value.
    private var sums: [Double]
    /// The same before some of the steps that are held, so that it can be had before any.
    private var trail = SmoothingTrail()
    /// Where the values end that were read; behind it are those that were to be expected. Nil while all are read.
    private(set) var readEnd: Int?
    /// Steps of the beginning that are no longer held.
    private var dropped = 0
    /// `[C]`: z of step 0.
    private var origin: [Double] = []

    /// - Parameters:
    ///   - values: `[T, C]` transformed, NaN missing.
    ///   - smoothing: before the first step; nil where the base is a value of the past.
    ///   - isObserved: false of values that were not sent.
    init(
        values: [Double], shape: PathShape, scale: SeriesScale, phase: Int, smoothing: SmoothingState?,
        isObserved: Bool = true
    ) {
        self.shape = shape
        self.smoothing = smoothing
        self.scale = scale
        self.phase = phase
        let channels = shape.channels
        z = []
        observed = []
        sums = [Double](repeating: 0, count: channels)
        z.reserveCapacity(values.count)
        var firsts = [Double](repeating: 0, count: channels)
        for channel in 0..<channels {
            firsts[channel] =
                stride(from: channel, to: values.count, by: channels).lazy.map { values[$0] }.first { !$0.isNaN } ?? 0
        }
        bases.reserveCapacity(values.count)
        for t in 0..<values.count / channels {
            if shape.isDirect, let smoothing = self.smoothing { trail.note(smoothing) }
            for channel in 0..<channels { bases.append(t == 0 ? firsts[channel] : next(t, channel)) }
            for channel in 0..<channels {
                let value = values[t * channels + channel]
                observed.append(isObserved && !value.isNaN)
                z.append(value.isNaN ? bases[t * channels + channel] : value)
            }
            self.smoothing?.append(values[t * channels..<(t + 1) * channels])
            if t == 0 { origin = z }
            extendSums(t)
        }
    }

    /// C.
    var channels: Int { shape.channels }
    /// S.
    var season: Int { shape.season }

    /// T.
    var steps: Int { dropped + z.count / channels }

    /// Where step t begins in what is held.
    private func index(_ t: Int, _ channel: Int) -> Int { (t - dropped) * channels + channel }

    /// Bytes of a path of so many steps.
    func sizeBytes(steps: Int) -> Int {
        4 * 64 + steps * channels * (3 * MemoryLayout<Double>.size + MemoryLayout<Bool>.size)
            + (smoothing?.sizeBytes ?? 0)
    }

    /// Bytes of the states of smoothing along it.
    var trailSizeBytes: Int { trail.sizeBytes }

    /// What is expected of step t ≥ 1 by the steps before it.
    func base(_ t: Int, _ channel: Int) -> Double {
        t < steps ? bases[index(t, channel)] : next(t, channel)
    }

    /// The same of the step behind the last.
    private func next(_ t: Int, _ channel: Int) -> Double {
        if let smoothing, smoothing.knows(channel) { return smoothing.expected(channel) }
        let drift = scale.drift[channel], season = shape.season
        if t >= season { return z[index(t - season, channel)] + drift }
        return z[index(t - 1, channel)] + drift / Double(season)
    }

    /// The target of step t ≥ 1: NaN where nothing was observed.
    func residual(_ t: Int, _ channel: Int) -> Double { distance(t, channel, from: base(t, channel)) }

    /// How far step t lies from a value, in units of scale: NaN where nothing was observed.
    func distance(_ t: Int, _ channel: Int, from base: Double) -> Double {
        guard observed[index(t, channel)] else { return .nan }
        return (z[index(t, channel)] - base) / scale.scale[channel]
    }

    /// The value of step t: NaN where nothing was observed.
    func value(_ t: Int, _ channel: Int) -> Double {
        observed[index(t, channel)] ? z[index(t, channel)] : .nan
    }

    /// As `residual`, but 0 where there is no full season before, or a gap.
    private func known(_ t: Int, _ channel: Int) -> Double {
        guard t >= max(1, season) else { return 0 }
        return (z[index(t, channel)] - base(t, channel)) / scale.scale[channel]
    }

    /// The last `steps` steps on their own, in the same phase.
    func tail(_ steps: Int) -> SeriesPath {
        let cut = max(0, self.steps - steps)
        guard cut > 0 else { return self }
        var path = self
        path.z = Array(z[(cut * channels)...])
        path.observed = Array(observed[(cut * channels)...])
        path.bases = Array(bases[(cut * channels)...])
        path.phase = (phase + cut) % season
        path.origin = Array(path.z.prefix(channels))
        path.sums = [Double](repeating: 0, count: channels)
        for t in 0..<path.z.count / channels { path.extendSums(t) }
        return path
    }

    /// As far back as features reach: what is added to it goes on as if all were there.
    func recent() -> SeriesPath {
        var path = known(before: steps)
        path.readEnd = nil
        return path
    }

    /// What was known before step t, as far back as features reach: what is added to it is what was to be expected.
    func known(before t: Int) -> SeriesPath {
        var path = self
        let first = max(dropped, t - shape.reach), held = (first - dropped) * channels..<(t - dropped) * channels
        path.z = Array(z[held])
        path.observed = Array(observed[held])
        path.bases = Array(bases[held])
        path.sums = Array(sums[held.lowerBound..<held.upperBound + channels])
        path.dropped = first
        path.smoothing =
            t < steps
            ? trail.state(before: t) { step in
                (0..<channels).map { value(step, $0) }
            } : smoothing
        path.trail = SmoothingTrail()
        path.readEnd = t
        return path
    }

    /// Adds a step as it was to be expected.
    mutating func appendExpected() { append((0..<channels).map { next(steps, $0) }) }

    /// Adds one step of values in the transformed space, NaN missing. A path of ten thousand steps holds no more of
    /// them than features reach back to; what is left out changes no number, for sums go on from where they were.
    mutating func append(_ values: [Double]) {
        if z.count >= shape.drawnStepsMax * channels { drop(z.count / channels - shape.reach) }
        if origin.isEmpty { origin = values.map { $0.isNaN ? 0 : $0 } }
        var held: [Double] = []
        for (channel, value) in values.enumerated() {
            let base = next(steps, channel)
            bases.append(base)
            observed.append(!value.isNaN)
            held.append(value.isNaN ? base : value)
        }
        z += held
        smoothing?.append(values)
        extendSums(steps - 1)
    }

    private mutating func drop(_ steps: Int) {
        z.removeFirst(steps * channels)
        bases.removeFirst(steps * channels)
        observed.removeFirst(steps * channels)
        sums.removeFirst(steps * channels)
        dropped += steps
    }

    private mutating func extendSums(_ t: Int) {
        for channel in 0..<channels {
            sums.append(sums[index(t, channel)] + (z[index(t, channel)] - origin[channel]))
        }
    }

    /// Mean of the `steps` values before step t (fewer at the beginning).
    private func mean(before t: Int, steps: Int, _ channel: Int) -> Double {
        let from = max(0, t - steps)
        return (sums[index(t, channel)] - sums[index(from, channel)]) / Double(t - from) + origin[channel]
    }

    /// Writes the inputs from which step t ≥ 1 is predicted; they use steps before t only.
    ///
    /// By channel: last residual, residual a season (or two steps) ago, distance from the recent mean, and with a
    /// season the jump the season asks for; of counts the last one, the recent mean and last season's, in units of
    /// scale; with smoothing and a season, how far last season's value lies from the base; then an indicator
    /// of a gap, and the jumps that other lags ask for; then the phase as sines and cosines; of a model that decodes
    /// directly, whether the step lies behind the values that were read, and how far.
    func writeFeatures(_ t: Int, into target: UnsafeMutablePointer<Float>) {
        var place = 0
        func put(_ value: Double) {
            target[place] = Float(max(-8, min(8, value)))
            place += 1
        }
        defer {
            if shape.isDirect {
                let ahead = readEnd.map { max(0, t + 1 - $0) } ?? 0
                put(ahead > 0 ? 1 : 0)
                put(DirectDecoding.distance(ahead))
            }
        }
        let (channels, season) = (shape.channels, shape.season)
        for channel in 0..<channels {
            let unit = scale.scale[channel]
            let last = z[index(t - 1, channel)]
            put(known(t - 1, channel))
            put(t >= max(2, season) ? known(t - max(2, season), channel) : 0)
            let recent = mean(before: t, steps: max(8, season), channel)
            put((last - recent) / unit / 2)
            if season > 1 { put((base(t, channel) - last) / unit / 2) }
            if shape.isCount {
                put(last / unit)
                put(recent / unit)
                if season > 1 { put(base(t, channel) / unit) }
            }
            if shape.isSmoothed, season > 1 {
                put(t >= season ? (z[index(t - season, channel)] - base(t, channel)) / unit / 2 : 0)
            }
            if shape.indicators { put(observed[index(t - 1, channel)] ? 0 : 1) }
            for lag in shape.lags {
                put(t >= lag ? (z[index(t - lag, channel)] - base(t, channel)) / unit / 2 : 0)
            }
        }
        guard season > 1 else { return }
        let turn = Double((t + phase) % season) / Double(season)
        let first = PortableMath.cosSinTurns(turn)
        put(first.cos)
        put(first.sin)
        if season > 3 {
            let second = PortableMath.cosSinTurns(turn < 0.5 ? 2 * turn : 2 * turn - 1)
            put(second.cos)
            put(second.sin)
        }
    }
}

extension SeriesPath {
    /// What a path holds, but what it has in common with others of its model.
    func write(to writer: inout StateWriter) {
        writer.numbers(scale.scale)
        writer.numbers(scale.drift)
        writer.count(phase)
        writer.count(dropped)
        if shape.isDirect { writer.count(readEnd.map { $0 + 1 } ?? 0) }
        writer.count(z.count / channels)
        writer.numbers(z)
        writer.numbers(bases)
        smoothing?.write(to: &writer)
        for value in observed { writer.whole(UInt8(value ? 1 : 0)) }
        writer.numbers(sums)
        writer.numbers(origin)
    }

    /// A path as `write` wrote it, of the same model as `other`.
    /// - Throws: when it is not one that a forecast can go on from.
    init(from reader: inout StateReader, like other: SeriesPath) throws(StreamStateError) {
        shape = other.shape
        let (channels, season) = (shape.channels, shape.season)
        scale = SeriesScale(scale: try reader.numbers(channels), drift: try reader.numbers(channels))
        guard scale.scale.allSatisfy({ $0 > 0 }) else { throw .invalid("a scale is not positive") }
        phase = try reader.count("steps of phase", 0...season - 1)
        let stepsMax = ModelLimits.sequenceStepsMax + ModelLimits.horizonMax
        dropped = try reader.count("steps let go of", 0...stepsMax)
        if shape.isDirect {
            let end = try reader.count("steps read", 0...stepsMax)
            readEnd = end > 0 ? end - 1 : nil
        }
        let steps = try reader.count("steps of a path", 1...shape.drawnStepsMax)
        // What features reach back to is there, unless the path begins later.
        guard dropped == 0 || steps >= shape.reach else { throw .invalid("a path is too short") }
        z = try reader.numbers(steps * channels)
        bases = try reader.numbers(steps * channels)
        if let smoothing = other.smoothing { self.smoothing = try SmoothingState(from: &reader, like: smoothing) }
        var observed: [Bool] = []
        for _ in z { observed.append(try reader.flag()) }
        self.observed = observed
        sums = try reader.numbers((steps + 1) * channels)
        origin = try reader.numbers(channels)
    }
}
