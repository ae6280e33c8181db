/// Brings the channels of numeric sequences to mean 0 and deviation 1 over the training set.
package struct ChannelScaling: Codable, Sendable, Equatable {
    /// By channel, C each.
    package var mean: [Double]
    package var deviation: [Double]
    /// Whether each channel is followed by an indicator channel, 1 where the value is missing.
    package var indicators: Bool
}
