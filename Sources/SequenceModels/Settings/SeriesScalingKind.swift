/// How each series is brought to a common scale.
package enum SeriesScalingKind: String, Codable, Sendable, CaseIterable {
    /// The numbers as they are.
    case none
    /// Divided by the mean absolute value of the series.
    case mean
    /// Divided by the standard deviation of the series' (seasonal) changes.
    case standard
    /// Logarithms, then as `standard`: for positive series whose swings grow with their level.
    case log
}
