/// Between which all values of a series lie, as whoever sent it knows.
struct ValueLimits: Sendable, Equatable {
    /// In data units; nil for no limit.
    var minimum: Double?
    var maximum: Double?

    func clamp(_ value: Double) -> Double {
        let low = minimum.map { max($0, value) } ?? value
        return maximum.map { min($0, low) } ?? low
    }

    /// Values outside, at most `ModelLimits.faultsMax`.
    /// - Parameter pointer: of the series.
    func faults(_ series: NumericSeries, pointer: String) -> [Fault] {
        var faults: [Fault] = []
        for (index, value) in series.values.enumerated() where faults.count < ModelLimits.faultsMax {
            let place = "\(pointer)/\(index / series.channels)"
            if let minimum, value < minimum {
                faults.append(Fault(pointer: place, detail: "\(value) is below forecast.minimum, \(minimum)"))
            } else if let maximum, value > maximum {
                faults.append(Fault(pointer: place, detail: "\(value) is above forecast.maximum, \(maximum)"))
            }
        }
        return faults
    }

    /// What is wrong with them; nil for nothing.
    var fault: String? {
        guard let minimum, let maximum, minimum >= maximum else { return nil }
        return "\(minimum) is not below the maximum, \(maximum)"
    }
}
