/// What a version has learned from, in so few bytes that they are kept with it: whether a case is among it is told
/// rightly, or in a few of a thousand times wrongly that it is (a Bloom filter, 1970).
///
/// Examples are known by their input and target, long texts by runs of 48 bytes that their content chooses, series by
/// the last steps that were learned.
package struct LearnedCases: Sendable, Equatable {
    /// A power of two of them, 64 bits each.
    package private(set) var words: [UInt64]
    /// What was added; where it is too much for the bits, nothing can be told.
    package private(set) var count = 0
    /// One run of a text in so many is kept.
    package private(set) var every: UInt64

    private static let bitsEach = 32
    /// 128 KiB.
    package static let wordsMax = 1 << 14
    private static let probes: UInt64 = 6
    /// Bits for each thing added, at which too many others are taken for learned.
    private static let bitsMin = 4
    /// Bytes of a run of a text, and how many are kept of one.
    private static let runBytes = 48, runsMax = 1 << 14
    /// Steps and changes of the end of a series, at least.
    private static let endSteps = 8, endChanges = 4

    /// Nothing yet.
    /// - Parameter capacity: things that will be added.
    init(capacity: Int, every: UInt64 = 1) {
        var words = 1
        while words < Self.wordsMax, words * 64 < capacity * Self.bitsEach { words *= 2 }
        self.words = [UInt64](repeating: 0, count: words)
        self.every = every
    }

    /// As it was kept; nil for what cannot be one.
    package init?(words: [UInt64], count: Int, every: UInt64) {
        guard 1...Self.wordsMax ~= words.count, words.count.nonzeroBitCount == 1, count >= 0, every > 0,
            every.nonzeroBitCount == 1
        else { return nil }
        (self.words, self.count, self.every) = (words, count, every)
    }

    /// Whether it can tell what was learned.
    package var isTelling: Bool { count * Self.bitsMin <= words.count * 64 }

    /// With what another version has learned, which this one continues.
    package func union(_ other: LearnedCases) -> LearnedCases {
        var result = self
        let size = max(words.count, other.words.count)
        // Repeated, the bits say the same of more places.
        result.words = (0..<size).map { words[$0 % words.count] | other.words[$0 % other.words.count] }
        result.count = count + other.count
        result.every = max(every, other.every)
        return result
    }

    private mutating func add(_ hash: UInt64) {
        count += 1
        for place in places(hash) { words[place / 64] |= 1 << (place % 64) }
    }

    private func has(_ hash: UInt64) -> Bool {
        places(hash).allSatisfy { words[$0 / 64] >> ($0 % 64) & 1 == 1 }
    }

    private func places(_ hash: UInt64) -> [Int] {
        let step = hash >> 32 | 1
        return (0..<Self.probes).map { Int((hash &+ $0 &* step) & UInt64(words.count * 64 - 1)) }
    }
}

extension LearnedCases {
    /// What a training learns from.
    /// - Parameters:
    ///   - held: what it measures with.
    ///   - isAll: it learns that, too, in the end.
    package init(_ examples: [TrainingExample], without held: HeldBack, isAll: Bool) {
        switch held {
        case .tail(let share):
            let texts = CaseText.bytes(examples)
            let bytes = isAll ? texts.count : Int((Double(texts.count) * (1 - share)).rounded())
            var every: UInt64 = 1
            while bytes / Int(every) > Self.runsMax { every *= 2 }
            self.init(capacity: bytes / Int(every), every: every)
            CaseText.runs(texts[..<bytes], length: Self.runBytes, every: every) { add($0) }
        case .ends(let ends):
            self.init(capacity: examples.count)
            for (place, example) in examples.enumerated() {
                guard case .numeric(let series) = example.input else { continue }
                let end = isAll ? series.observedSteps : ends[place]?.lowerBound ?? series.observedSteps
                add(Self.end(of: series, at: end))
            }
        case .nothing, .examples:
            var out: Set<Int> = []
            if case .examples(let places) = held, !isAll { out = Set(places) }
            self.init(capacity: examples.count)
            for (place, example) in examples.enumerated() where !out.contains(place) {
                // A forecaster that holds nothing back has learned all of each series.
                if case .numeric(let series) = example.input, example.target == nil {
                    add(Self.end(of: series, at: series.observedSteps))
                } else {
                    add(CaseText.hash(example))
                }
            }
        }
    }

    /// A number that examples share only if they are the same, input and target.
    static func key(of example: TrainingExample) -> UInt64 { CaseText.hash(example) }

    /// Whether an example was learned.
    package func has(_ example: TrainingExample) -> Bool { has(CaseText.hash(example)) }

    /// Of the end of a text, the share that was learned.
    /// - Parameter share: of the tokens, how long that end is.
    package func shareLearned(ofTail share: Double, _ examples: [TrainingExample]) -> Double {
        let texts = CaseText.bytes(examples)
        var all = 0.0, learned = 0.0
        CaseText.runs(
            texts[Int((Double(texts.count) * (1 - share)).rounded())...], length: Self.runBytes, every: every
        ) { hash in
            all += 1
            if has(hash) { learned += 1 }
        }
        return all > 0 ? learned / all : 0
    }

    /// Steps of a series from the last that was learned on, of so many at its end.
    package func stepsNotLearned(of series: NumericSeries, among last: Int) -> Int {
        let end = series.observedSteps
        for steps in 0..<min(last, end) where has(Self.end(of: series, at: end - steps)) { return steps }
        return min(last, end)
    }

    /// Of the last steps before `end`: as many as are not like others.
    private static func end(of series: NumericSeries, at end: Int) -> UInt64 {
        let channels = series.channels
        var hash = CaseText.start, steps = 0, changes = 0
        while steps < end, steps < endSteps || changes < endChanges {
            let from = (end - steps - 1) * channels
            for place in from..<from + channels {
                let value = series.values[place]
                hash = CaseText.mix(hash, value.isNaN ? 0x7FF8 : (value == 0 ? 0.0 : value).bitPattern)
                if steps > 0, series.values[place] != series.values[place + channels], !value.isNaN { changes += 1 }
            }
            steps += 1
        }
        return CaseText.mix(hash, UInt64(steps))
    }
}

extension NumericSeries {
    /// Steps up to the last with a value.
    package var observedSteps: Int { values.lastIndex { !$0.isNaN }.map { $0 / channels + 1 } ?? 0 }
}

/// Examples as numbers that differ where they differ.
private enum CaseText {
    static let start: UInt64 = 0xCBF2_9CE4_8422_2325

    /// SplitMix64's finaliser (Steele, Lea & Flood 2014) of both.
    static func mix(_ hash: UInt64, _ value: UInt64) -> UInt64 {
        var x = (hash ^ value) &* 0x9E37_79B9_7F4A_7C15 &+ 0x2545_F491_4F6C_DD1D
        x = (x ^ (x >> 30)) &* 0xBF58_476D_1CE4_E5B9
        x = (x ^ (x >> 27)) &* 0x94D0_49BB_1331_11EB
        return x ^ (x >> 31)
    }

    static func hash(_ example: TrainingExample) -> UInt64 {
        var hash = start
        switch example.input {
        case .numeric(let series): add(series.values, &hash)
        case .text(let text): add(text, &hash)
        case .symbols(let symbols): for symbol in symbols { add(symbol, &hash) }
        }
        switch example.target {
        case .label(let label): add(label, &hash)
        case .labels(let labels): for label in labels { add(label ?? "\u{0}", &hash) }
        case .numbers(let numbers): add(numbers, &hash)
        case nil: break
        }
        return hash
    }

    private static func add(_ text: String, _ hash: inout UInt64) {
        var length: UInt64 = 0
        for byte in text.utf8 {
            hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
            length += 1
        }
        hash = mix(hash, length)
    }

    private static func add(_ values: [Double], _ hash: inout UInt64) {
        for value in values { hash = mix(hash, value.isNaN ? 0x7FF8 : (value == 0 ? 0.0 : value).bitPattern) }
        hash = mix(hash, UInt64(values.count))
    }

    /// All inputs one after the other.
    static func bytes(_ examples: [TrainingExample]) -> [UInt8] {
        var bytes: [UInt8] = []
        for example in examples {
            switch example.input {
            case .text(let text): bytes += text.utf8
            case .symbols(let symbols): for symbol in symbols { bytes += Array(symbol.utf8) + [0x1F] }
            case .numeric: break
            }
        }
        return bytes
    }

    /// Visits the runs of so many bytes whose hash is one of `every`, by a hash that rolls (Karp & Rabin 1987).
    static func runs(_ bytes: ArraySlice<UInt8>, length: Int, every: UInt64, _ body: (UInt64) -> Void) {
        guard bytes.count >= length else { return }
        let base: UInt64 = 0x0000_0100_0000_01B3
        let top = (0..<length).reduce(1 as UInt64) { power, _ in power &* base }
        var rolling: UInt64 = 0
        for (count, place) in bytes.indices.enumerated() {
            rolling = rolling &* base &+ UInt64(bytes[place]) &+ 1
            if count >= length { rolling = rolling &- top &* (UInt64(bytes[place - length]) &+ 1) }
            guard count >= length - 1 else { continue }
            let hash = mix(start, rolling)
            if hash & (every - 1) == 0 { body(hash) }
        }
    }
}
