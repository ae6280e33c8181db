import RecurrentLayers

/// How far back a training can learn: the size of dL/dh by lag, for the loss of the last step of each sequence alone.
///
/// Falling steeply, the gradient vanishes and early steps teach nothing; rising steeply, it explodes (Bengio et al. 1994).
package struct GradientPicture: Sendable, Equatable {
    /// Optimiser steps done before it was measured.
    package var step: Int
    /// Steps back from the last one: 0, …, T − 1; at most `lagsMax` of them, evenly spread.
    package var lags: [Int]
    /// `[L][lags.count]`: ‖dL/dh_{t−k}‖ of the forward direction, root mean square over the sequences that are long enough.
    package var layers: [[Double]]
    /// What is wrong with it and what may help; nil when nothing is.
    package var warning: String?

    package static let lagsMax = 64
    /// Ratio of the norm at the longest lag to that at lag 0 below which the gradient has vanished; above 1 / it, exploded.
    package static let ratioMin = 1e-6

    enum Trouble: Sendable, Equatable { case vanishes, explodes }

    /// - Parameter squares: `[L][T]` mean ‖dL/dh‖² by lag. - Parameter settings: for the advice.
    init(step: Int, squares: [[Double]], settings: EffectiveSettings) {
        self.step = step
        let count = squares.first?.count ?? 0
        let shown = min(count, Self.lagsMax)
        let lags = (0 ..< shown).map { shown > 1 ? $0 * (count - 1) / (shown - 1) : 0 }
        self.lags = lags
        layers = squares.map { layer in lags.map { layer[$0].squareRoot() } }
        warning = sentence(settings)
    }

    /// What is wrong with the top layer, through which every gradient comes.
    var trouble: Trouble? {
        guard let top = layers.last, let near = top.first, let far = top.last, near > 0, far.isFinite else { return nil }
        if far < Self.ratioMin * near { return .vanishes }
        return far > near / Self.ratioMin ? .explodes : nil
    }

    private func sentence(_ settings: EffectiveSettings) -> String? {
        guard let lag = lags.last, let trouble else { return nil }
        let cell = settings.network.cell
        switch trouble {
        case .vanishes:
            let remedy = cell == .rnn ? "take the cell lstm or the initializer orthogonal"
                : settings.network.initializer == .chrono ? "take a shorter window" : "take the initializer chrono, or a shorter window"
            return "the gradient vanishes: \(lag) steps back less than a millionth of it is left, so what is that far back is not learned; " + remedy
        case .explodes:
            let remedy = cell == .rnn ? "take the cell lstm, the activation tanh or the initializer orthogonal"
                : "lower the learning rate and gradient_norm_max"
            return "the gradient explodes: \(lag) steps back it is more than a million times larger; " + remedy
        }
    }
}
