import Kernels

/// What a network has learned of steps beyond the next one: it reads the history, then answers each step of the horizon
/// without the values before it, only what is known of it: how far ahead it is, calendar, covariates (Wen et al. 2017).
///
/// Beside it stands the recursion, which draws a value and reads it as if it had come (Salinas et al. 2020).
package struct DirectDecoding: Codable, Sendable, Equatable {
    /// Steps ahead that were learned.
    package var steps: Int

    /// As the member says.
    package init(steps: Int) { self.steps = steps }

    /// Longer horizons are not learned so.
    package static let stepsMax = 512

    /// How far ahead a step is, as the network reads it: 0 of a step whose past is known, 1 of the farthest.
    static func distance(_ ahead: Int) -> Double {
        PortableMath.log1p(Double(ahead)) / PortableMath.log1p(Double(stepsMax))
    }

    /// What is wrong with one from a file; nil for a sound one.
    var fault: String? {
        1...Self.stepsMax ~= steps ? nil : "steps are from 1 to \(Self.stepsMax)"
    }
}

/// `forecast.decoding`: how the steps of a horizon follow from each other.
package enum ForecastDecoding: String, Codable, Sendable, CaseIterable {
    /// Both are learned; the one that does better on what was held back is used.
    case best
    /// All steps from the history alone.
    case direct
    /// Each from those before it, which are drawn.
    case recursive
}
