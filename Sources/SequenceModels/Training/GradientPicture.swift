import Kernels
import RecurrentLayers

/// What a gradient picture is made of.
struct HiddenGradients {
    /// `[L][T]`: mean ‖dL/dh‖² by lag.
    var squares: [[Double]]
    /// Where the losses are.
    var readout: NetworkSettings.Readout
}

/// How far back a training can learn: the size of dL/dh by lag, for the loss of the last step of each sequence alone.
///
/// Falling steeply, the gradient vanishes and early steps teach nothing; rising steeply, it explodes (Bengio et al.
/// 1994).
package struct GradientPicture: Sendable, Equatable {
    /// Optimiser steps done before it was measured.
    package var step: Int
    /// Steps back from the last one, rising from 0 to T − 1: all, or at most `lagsMax` of them.
    package var lags: [Int]
    /// `[L][lags.count]`: ‖dL/dh_{t−k}‖ of the forward direction, root mean square over the sequences that are long
    /// enough.
    package var layers: [[Double]]
    /// What is wrong with it and what may help; nil when nothing is.
    package var warning: String?
    private(set) var trouble: Trouble?

    /// Lags of one picture; longer windows are sampled.
    package static let lagsMax = 64
    /// Ratio of the norm at the longest lag to that at lag 0 below which the gradient has vanished; above 1 / it,
    /// exploded.
    package static let ratioMin = 1e-6

    enum Trouble: String, Sendable {
        case vanishes, explodes

        /// What may help, as the end of a sentence.
        func remedy(_ settings: EffectiveSettings) -> String {
            let cell = settings.network.cell
            return switch self {
            case .vanishes:
                cell == .transformer
                    ? "take a shorter window"
                    : cell == .rnn
                        ? "take the cell lstm or the initializer orthogonal"
                        : settings.network.initializer == .chrono
                            ? "take a shorter window" : "take the initializer chrono, or a shorter window"
            case .explodes:
                cell == .rnn
                    ? "lower the learning rate, or take the cell lstm, the activation tanh or orthogonal weights"
                    : "lower the learning rate and gradient_norm_max"
            }
        }
    }

    /// - Parameters:
    ///   - squares: `[L][T]` mean ‖dL/dh‖² by lag.
    ///   - settings: for the advice.
    ///   - readout: where each step has a loss of its own, a gradient that vanishes does no harm.
    init(step: Int, squares: [[Double]], settings: EffectiveSettings, readout: NetworkSettings.Readout) {
        self.step = step
        let lags = Self.lags(squares.first?.count ?? 0)
        self.lags = lags
        layers = squares.map { layer in lags.map { layer[$0].squareRoot() } }
        trouble = Self.trouble(layers.last ?? [], readout)
        warning = sentence(settings)
    }

    /// 0 ..< `count`, or of many those evenly spread by log(1 + lag): what is near changes fast, what is far slowly.
    private static func lags(_ count: Int) -> [Int] {
        guard count > lagsMax else { return Array(0..<count) }
        var lags: [Int] = []
        for index in 0..<lagsMax - 1 {
            let lag = Int(PortableMath.exp(PortableMath.log(Double(count)) * Double(index) / Double(lagsMax - 1)) - 0.5)
            if lag > lags.last ?? -1 { lags.append(lag) }
        }
        return lags + [count - 1]
    }

    /// What is wrong with the top layer, through which every gradient comes.
    private static func trouble(_ top: [Double], _ readout: NetworkSettings.Readout) -> Trouble? {
        guard let near = top.first, let far = top.last, near > 0, far.isFinite else { return nil }
        if far < ratioMin * near { return readout == .lastStep ? .vanishes : nil }
        return far > near / ratioMin ? .explodes : nil
    }

    private func sentence(_ settings: EffectiveSettings) -> String? {
        guard let lag = lags.last, let trouble else { return nil }
        switch trouble {
        case .vanishes:
            return
                "the gradient vanishes: \(lag) steps back less than a millionth of it is left, "
                + "so what is that far back is not learned; \(trouble.remedy(settings))"
        case .explodes:
            return "the gradient explodes: \(lag) steps back it is more than a million times larger; "
                + trouble.remedy(settings)
        }
    }
}
