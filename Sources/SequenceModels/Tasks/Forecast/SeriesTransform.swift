import Kernels

/// Data units ⇄ the space the model works in.
struct SeriesTransform: Sendable {
    let isLog: Bool
    /// Only whole numbers from 0 are taken.
    let isCount: Bool
    /// The client did not ask for logarithms or counts: values without a logarithm are missing, and counts need not be
    /// whole numbers to be read.
    let leavesOut: Bool

    init(isLog: Bool, isCount: Bool, leavesOut: Bool) {
        self.isLog = isLog
        self.isCount = isCount
        self.leavesOut = leavesOut
    }

    init(facts: ForecastFacts) {
        self.init(
            isLog: facts.scaling == .log, isCount: facts.isCount ?? false, leavesOut: facts.leavesOut ?? false)
    }

    /// NaN where there is none.
    func forward(_ value: Double) -> Double { isLog ? value > 0 ? PortableMath.log(value) : .nan : value }

    /// Limits in the model's space; of logarithms none where the limit has none.
    func forward(_ limits: ValueLimits) -> ValueLimits {
        func forward(_ limit: Double?) -> Double? {
            limit.flatMap { isLog && $0 <= 0 ? nil : self.forward($0) }
        }
        return ValueLimits(minimum: forward(limits.minimum), maximum: forward(limits.maximum))
    }

    /// Whether it is a value, but not one for this transform.
    func isLeftOut(_ value: Double) -> Bool { isLog && leavesOut && value <= 0 }

    /// Always finite.
    func inverse(_ z: Double) -> Double { isLog ? PortableMath.exp(min(max(z, -690), 690)) : z }

    /// log |dz / dy| at z, which takes the logarithm of a density of z to that of a density of y in data units.
    func logSlope(_ z: Double) -> Double { isLog ? -z : 0 }

    /// Faults of values this transform cannot take, at most `ModelLimits.faultsMax`.
    func faults(_ series: NumericSeries, pointer: String) -> [Fault] {
        var faults: [Fault] = []
        for (index, value) in series.values.enumerated() where faults.count < ModelLimits.faultsMax {
            // Named only when it is at fault: a text for each of a million values would cost more than to read them.
            var place: String { "\(pointer)/\(index / series.channels)" }
            if value.magnitude > ModelLimits.valueMax {
                faults.append(Fault(pointer: place, detail: "magnitude above \(ModelLimits.valueMax)"))
            } else if isLog && !leavesOut && value <= 0 {
                faults.append(
                    Fault(
                        pointer: place, detail: "\(value) has no logarithm: the scaling \"log\" needs positive values"))
            } else if isCount && !leavesOut && (value < 0 || value != value.rounded()) && !value.isNaN {
                faults.append(
                    Fault(
                        pointer: place,
                        detail:
                            "\(value) is not a count: the distribution \"negative_binomial\" needs whole numbers from 0"
                    ))
            }
        }
        return faults
    }
}
