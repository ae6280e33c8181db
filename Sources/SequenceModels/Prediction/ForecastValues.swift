/// Values by step and channel, `[horizon][C]`, in one run of memory: an array for each step would take six times as
/// much.
package struct ForecastValues: RandomAccessCollection, Sendable, Equatable {
    /// C.
    package let channels: Int
    /// `[horizon · C]`.
    package private(set) var flat: [Double] = []

    package init(channels: Int) { self.channels = channels }

    package mutating func append(_ step: [Double]) {
        precondition(step.count == channels, "\(step.count) values, \(channels) channels")
        flat += step
    }

    package mutating func reserve(steps: Int) { flat.reserveCapacity(steps * channels) }

    package var startIndex: Int { 0 }
    package var endIndex: Int { channels > 0 ? flat.count / channels : 0 }
    package subscript(step: Int) -> [Double] { Array(flat[(step * channels)..<((step + 1) * channels)]) }
}
