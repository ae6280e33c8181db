/// Where the commits of a store stand, those of other processes included: equal marks say that nothing was recorded
/// between them.
package struct CommitMark: Sendable, Equatable {
    /// As `CPageChecks` fills them.
    var words = SIMD8<UInt64>()
}
