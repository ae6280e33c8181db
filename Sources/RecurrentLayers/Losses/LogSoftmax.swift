import Kernels

/// Logarithms of probabilities, for decoding.
enum LogSoftmax {
    /// Replaces `[rows, classes]` logits by x − max − log Σ e^(x − max), in double precision; −∞ stays −∞,
    /// and so does a row of nothing else.
    static func replace(_ logits: Matrix) {
        for row in 0..<logits.rows {
            let values = logits[row]
            var most = -Float.infinity
            for index in 0..<values.count where values[index] > most { most = values[index] }
            guard most > -.infinity else { continue }
            var sum = 0.0
            for index in 0..<values.count where values[index] > -.infinity {
                sum += PortableMath.exp(Double(values[index]) - Double(most))
            }
            let shift = Double(most) + PortableMath.log(sum)
            for index in 0..<values.count { values[index] = Float(Double(values[index]) - shift) }
        }
    }
}
