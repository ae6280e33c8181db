/// Brings the channels of numeric sequences to mean 0 and deviation 1 over the training set.
package struct ChannelScaling: Codable, Sendable, Equatable {
    /// Mean by channel, C; it is subtracted first.
    package var mean: [Double]
    /// Standard deviation by channel, C; values are divided by it.
    package var deviation: [Double]
    /// Whether each channel is followed by an indicator channel, 1 where the value is missing.
    package var indicators: Bool
}

extension ChannelScaling {
    /// Measured over all steps of `training`; a constant channel has deviation 1.
    init(_ training: [SequenceValue], channels: Int) {
        var sum = [Double](repeating: 0, count: channels), squares = sum, count = sum
        var missing = false
        func each(_ body: (Int, Double) -> Void) {
            for case .numeric(let series) in training {
                for (index, value) in series.values.enumerated() {
                    if value.isNaN { missing = true } else { body(index % channels, value) }
                }
            }
        }
        each {
            sum[$0] += $1; count[$0] += 1
        }
        let means = zip(sum, count).map { $1 > 0 ? $0 / $1 : 0 }
        each { squares[$0] += ($1 - means[$0]) * ($1 - means[$0]) }
        mean = means
        deviation = zip(squares, count).map { square, n in
            let value = n > 0 ? (square / n).squareRoot() : 0
            return value > 1e-12 ? value : 1
        }
        indicators = missing
    }

    /// - Parameter values: `[T, C]`, NaN missing.
    /// - Returns: `[T, C or 2·C]`; a missing value is 0, and 1 in its indicator.
    func apply(_ values: ArraySlice<Double>) -> [Float] {
        let channels = mean.count
        var result: [Float] = []
        result.reserveCapacity(values.count * (indicators ? 2 : 1))
        for row in stride(from: values.startIndex, to: values.endIndex, by: channels) {
            for channel in 0..<channels {
                let value = values[row + channel]
                result.append(value.isNaN ? 0 : Float(max(-30, min(30, (value - mean[channel]) / deviation[channel]))))
            }
            if indicators { for channel in 0..<channels { result.append(values[row + channel].isNaN ? 1 : 0) } }
        }
        return result
    }

    /// Outputs `[D]` in the client's units.
    func restore(_ outputs: UnsafePointer<Float>) -> [Double] {
        mean.indices.map { Double(outputs[$0]) * deviation[$0] + mean[$0] }
    }

    /// Numbers as they are.
    static func identity(channels: Int) -> ChannelScaling {
        ChannelScaling(
            mean: Array(repeating: 0, count: channels), deviation: Array(repeating: 1, count: channels),
            indicators: false)
    }

    /// - Throws: faults when it does not fit `count` numbers.
    func check(_ pointer: String, count: Int, of what: String) throws(Faults) {
        var checks = SettingsChecks()
        checks.scaling(self, count: count, of: what, pointer)
        try checks.finish()
    }
}
