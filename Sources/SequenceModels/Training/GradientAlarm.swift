/// Notices a gradient that explodes: its norm rises far above what it was, and the loss gets worse and stays so.
///
/// Neither alone is a fault. Norms far above `gradient_norm_max` are usual where targets are large, and clipping takes
/// care of them; data with heavy tails have steps whose norm is a multiple of the others'; and a loss also rises for
/// other reasons. So both are compared with the training's own past, and by rank, which holds for losses of any scale
/// and sign:
///
///     past (4 to 64 steps) │ recent (16 steps)
///     the largest recent norm   > 10 × the median of the past norms, and clipped (or > 100 ×)
///     15 of 16 recent losses    > 9 of 10 past losses, by a tenth of all that was gained since the start
///
/// A step of rare data is followed by usual ones, so its spike moves the norm but not the losses. After Pascanu et al.
/// 2013, who clip norms for what this looks for: walls in the loss from which an update is thrown far away.
package struct GradientAlarm: Sendable {
    /// What was seen.
    package struct Explosion: Sendable, Equatable {
        /// The largest norm lately, before clipping.
        package let norm: Double
        /// The median norm before.
        package let usualNorm: Double
        /// The median loss per target lately.
        package let loss: Double
        /// The median loss per target before.
        package let usualLoss: Double
    }

    /// Steps that show whether the loss stays.
    package static let recentCount = 16
    private static let pastCountMax = 64
    private static let pastCountMin = 4
    private static let ratioMin = 10.0
    /// Beyond it a norm has exploded even if the limit is so high that nothing is clipped.
    private static let ratioUnclipped = 100.0
    private static let pastShare = 0.9
    private static let gainShare = 0.1

    private let normMax: Double
    private var norms: [Double] = []
    private var losses: [Double] = []
    /// The median loss of the first steps, and the least mean loss of recent steps so far.
    private var firstLoss = Double.nan
    private var bestLoss = Double.infinity

    /// - Parameter normMax: beyond which norms are clipped.
    package init(normMax: Double) { self.normMax = normMax }

    /// Takes in one step.
    ///
    /// - Parameters:
    ///   - norm: of its gradient, before clipping.
    ///   - loss: mean per target, before its update.
    /// - Returns: an explosion while its signs last; nil nearly always.
    package mutating func add(norm: Double, loss: Double) -> Explosion? {
        if norms.count == Self.pastCountMax + Self.recentCount {
            norms.removeFirst()
            losses.removeFirst()
        }
        norms.append(norm)
        losses.append(loss)
        if norms.count == Self.pastCountMin { firstLoss = Self.median(losses) }
        let past = norms.count - Self.recentCount
        guard past >= Self.pastCountMin else { return nil }
        bestLoss = min(bestLoss, losses[past...].reduce(0, +) / Double(Self.recentCount))
        // Nearly every step ends here, before anything is sorted.
        guard let spike = norms[past...].max(), let least = norms[..<past].min(), spike > Self.ratioMin * least else {
            return nil
        }
        let usual = Self.median(norms[..<past])
        guard spike > Self.ratioMin * usual, spike > normMax || spike > Self.ratioUnclipped * usual else { return nil }
        let before = losses[..<past].sorted(), after = losses[past...].sorted()
        let high = before[Int((Double(past - 1) * Self.pastShare).rounded())]
        guard after[1] > high + Self.gainShare * max(0, firstLoss - bestLoss) else { return nil }
        return Explosion(norm: spike, usualNorm: usual, loss: Self.median(after), usualLoss: Self.median(before))
    }

    /// The lower of the two in the middle.
    private static func median(_ values: some Collection<Double>) -> Double { values.sorted()[(values.count - 1) / 2] }
}
