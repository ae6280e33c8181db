import Kernels

/// Logarithms of probabilities, for decoding.
enum LogSoftmax {
    /// Replaces `[rows, classes]` logits by x − max − log Σ e^(x − max), in double precision; −∞ stays −∞,
    /// and so does a row of nothing else.
    static func replace(_ logits: UnsafeMutablePointer<Float>, rows: Int, classes: Int) {
        for row in 0..<rows {
            let values = UnsafeMutableBufferPointer(start: logits + row * classes, count: classes)
            let most = Double(values.max() ?? -.infinity)
            guard most > -.infinity else { continue }
            var sum = 0.0
            for value in values where value > -.infinity { sum += PortableMath.exp(Double(value) - most) }
            let shift = most + PortableMath.log(sum)
            for index in values.indices { values[index] = Float(Double(values[index]) - shift) }
        }
    }
}
