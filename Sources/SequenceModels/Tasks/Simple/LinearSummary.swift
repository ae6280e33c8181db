/// Values by a straight line through a few numbers about each sequence: last and mean value of each channel, or how
/// often each of the most frequent tokens comes, and its length.
package struct LinearSummary: Sendable {
    /// Tokens that are counted, by their place; empty of numbers.
    private let tokens: [Int32: Int]
    private let width: Int
    private let means: [Double], deviations: [Double]
    /// By target: the constant, then a slope for each number.
    private let lines: [[Double]]

    /// Numbers about a sequence: their covariances cost the square of it.
    private static let numbersMax = 96
    private static let operationsMax = 400_000_000
    private static let sampleMin = 200
    /// Ridge in units of a sequence's variance: holds slopes that few sequences tell.
    private static let ridge = 1.0

    /// Least squares with a small ridge on standardised numbers.
    /// - Parameters:
    ///   - sequences: learned, at least one.
    ///   - targets: theirs, NaN missing.
    ///   - seed: draws a sample where there are many.
    package init(_ sequences: [EncodedSequence], targets: [[Double]], seed: UInt64) {
        var counts: [Int32: Int] = [:], width = 0
        for sequence in sequences {
            switch sequence {
            case .tokens(let list): for token in list { counts[token, default: 0] += 1 }
            case .numbers(_, let channels): width = channels
            }
        }
        let frequent = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(Self.numbersMax - 1)
        let tokens = Dictionary(uniqueKeysWithValues: frequent.enumerated().map { ($1.key, $0) })
        (self.tokens, self.width) = (tokens, width)
        let outputs = targets.first?.count ?? 0
        let numbers = Self.numbers(sequences.first ?? .tokens([]), tokens).count
        let most = Self.operationsMax / max(1, numbers * numbers * outputs)
        let sample = RandomStream.sample(
            of: sequences.count, most: max(Self.sampleMin, most), seed: seed, stream: RandomStream.neighbours)
        var rows = sample.map { Self.numbers(sequences[$0], tokens) }
        let count = Double(rows.count)
        let means = (0..<numbers).map { place in rows.reduce(0) { $0 + $1[place] } / count }
        let deviations = (0..<numbers).map { place -> Double in
            let deviation = (rows.reduce(0) { $0 + ($1[place] - means[place]) * ($1[place] - means[place]) } / count)
                .squareRoot()
            return deviation > 1e-9 * abs(means[place]) ? deviation : .infinity
        }
        (self.means, self.deviations) = (means, deviations)
        for index in rows.indices { rows[index] = Self.standard(rows[index], means, deviations) }
        lines = (0..<outputs).map { output in
            let known = rows.indices.filter { !targets[sample[$0]][output].isNaN }
            return Self.line(known.map { rows[$0] }, known.map { targets[sample[$0]][output] }, count: numbers)
        }
    }

    /// `[D]`.
    package func values(of sequence: EncodedSequence) -> [Double] {
        let numbers = Self.standard(Self.numbers(sequence, tokens), means, deviations)
        return lines.map { line in zip(numbers, line.dropFirst()).reduce(line[0]) { $0 + $1.0 * $1.1 } }
    }

    private static func standard(_ numbers: [Double], _ means: [Double], _ deviations: [Double]) -> [Double] {
        numbers.indices.map { (numbers[$0] - means[$0]) / deviations[$0] }
    }

    private static func numbers(_ sequence: EncodedSequence, _ tokens: [Int32: Int]) -> [Double] {
        let steps = sequence.steps
        switch sequence {
        case .tokens(let list):
            var numbers = [Double](repeating: 0, count: tokens.count + 1)
            for token in list { if let place = tokens[token] { numbers[place] += 1 } }
            numbers[tokens.count] = Double(steps)
            return numbers
        case .numbers(let values, let width):
            let kept = min(width, (numbersMax - 1) / 2)
            let last = (0..<kept).map { steps > 0 ? Double(values[(steps - 1) * width + $0]) : 0 }
            let means = (0..<kept).map { channel in
                (0..<steps).reduce(0.0) { $0 + Double(values[$1 * width + channel]) } / Double(max(1, steps))
            }
            return last + means + [Double(steps)]
        }
    }

    /// The mean, and slopes by the normal equations, which the ridge makes positive definite (Cholesky).
    private static func line(_ rows: [[Double]], _ targets: [Double], count: Int) -> [Double] {
        let mean = targets.isEmpty ? 0 : targets.reduce(0, +) / Double(targets.count)
        var matrix = [[Double]](repeating: [Double](repeating: 0, count: count), count: count)
        var sides = [Double](repeating: 0, count: count), sums = sides
        for (row, target) in zip(rows, targets) {
            for i in 0..<count {
                sides[i] += row[i] * (target - mean)
                sums[i] += row[i]
                for j in 0...i { matrix[i][j] += row[i] * row[j] }
            }
        }
        // About their own means: rows without a target may have moved them.
        for i in 0..<count {
            for j in 0...i { matrix[i][j] -= sums[i] * sums[j] / Double(max(1, rows.count)) }
            matrix[i][i] += ridge
        }
        for j in 0..<count {
            for i in j..<count {
                let rest = (0..<j).reduce(matrix[i][j]) { $0 - matrix[i][$1] * matrix[j][$1] }
                matrix[i][j] = i == j ? max(rest, ridge * 1e-9).squareRoot() : rest / matrix[j][j]
            }
        }
        for i in 0..<count {
            sides[i] = (0..<i).reduce(sides[i]) { $0 - matrix[i][$1] * sides[$1] } / matrix[i][i]
        }
        for i in (0..<count).reversed() {
            sides[i] = (i + 1..<count).reduce(sides[i]) { $0 - matrix[$1][i] * sides[$1] } / matrix[i][i]
        }
        let moved = (0..<count).reduce(0.0) { $0 + sides[$1] * sums[$1] } / Double(max(1, rows.count))
        return [mean - moved] + sides
    }
}
