import Kernels

/// The learned sequence that is most like another: by the edit distance of tokens, by the Euclidean distance of series
/// that were brought to one length.
package struct NearestSequence: Sendable {
    /// Places of those that are looked at: all, or a random sample where there are many.
    package let sample: [Int]
    /// How many there are.
    private let count: Int
    private let tokens: [[Int32]]
    /// `[sample, width]`.
    private let outlines: [Float]
    private let points: Int

    /// Operations of all queries together, about, and sequences looked at however long they are.
    private static let operationsMax = 400_000_000
    private static let sampleMin = 20
    /// Steps of an outline, and its numbers.
    private static let pointsMax = 32
    private static let outlineMax = 1_024

    /// - Parameters:
    ///   - sequences: learned, at least one.
    ///   - queries: how many will be asked for.
    ///   - seed: draws the sample.
    package init(_ sequences: [EncodedSequence], queries: Int, seed: UInt64) {
        count = sequences.count
        var width = 0
        if case .numbers(_, let channels)? = sequences.first { width = channels }
        let longest = sequences.reduce(1) { max($0, $1.steps) }
        points = width > 0 ? max(1, min(longest, Self.pointsMax, Self.outlineMax / width)) : 0
        let steps = sequences.reduce(0.0) { $0 + Double($1.steps) } / Double(max(1, count))
        let each = width > 0 ? Double(points * width) : max(1, steps * steps)
        let most = Int(Double(Self.operationsMax) / (each * Double(max(1, queries))))
        sample = RandomStream.sample(
            of: count, most: max(Self.sampleMin, most), seed: seed, stream: RandomStream.neighbours)
        var tokens: [[Int32]] = [], outlines: [Float] = []
        for index in sample {
            switch sequences[index] {
            case .tokens(let list): tokens.append(list)
            case .numbers: outlines += Self.outline(sequences[index], points: points)
            }
        }
        (self.tokens, self.outlines) = (tokens, outlines)
    }

    /// In a sentence: "better than …".
    /// - Parameter noun: what the sequences are called.
    func words(_ noun: String) -> String {
        sample.count < count ? "the nearest of \(Evaluation.grouped(sample.count)) \(noun)s" : "the nearest \(noun)"
    }

    /// The place of the nearest, the first of equals.
    package func place(of query: EncodedSequence) -> Int {
        switch query {
        case .tokens(let list): sample[nearest(list)]
        case .numbers: sample[nearest(Self.outline(query, points: points))]
        }
    }

    private func nearest(_ query: [Int32]) -> Int {
        var best = 0, least = Int.max
        for (index, candidate) in tokens.enumerated() where abs(candidate.count - query.count) < least {
            let distance = EditDistance.of(query, candidate, below: least)
            if distance < least { (best, least) = (index, distance) }
        }
        return best
    }

    private func nearest(_ query: [Float]) -> Int {
        var best = 0, least = Float.infinity
        let width = query.count
        query.withUnsafeBufferPointer { query in
            outlines.withUnsafeBufferPointer { outlines in
                for index in sample.indices {
                    var sum: Float = 0
                    for place in 0..<width {
                        let rest = query[place] - outlines[index * width + place]
                        sum += rest * rest
                    }
                    if sum < least { (best, least) = (index, sum) }
                }
            }
        }
        return best
    }

    /// `[points, width]`, straight lines between the steps; zeros of no steps.
    private static func outline(_ sequence: EncodedSequence, points: Int) -> [Float] {
        guard case .numbers(let values, let width) = sequence else { return [] }
        let steps = sequence.steps
        guard steps > 0 else { return [Float](repeating: 0, count: points * width) }
        return (0..<points).flatMap { point -> [Float] in
            let place = points > 1 ? Float(point) * Float(steps - 1) / Float(points - 1) : Float(steps - 1) / 2
            let before = Int(place), share = place - Float(before), after = min(before + 1, steps - 1)
            return (0..<width).map {
                values[before * width + $0] * (1 - share) + values[after * width + $0] * share
            }
        }
    }
}
