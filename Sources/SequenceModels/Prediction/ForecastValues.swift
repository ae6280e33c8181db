/// Values by step and channel, `[horizon][C]`, in one run of memory: an array for each step would take six times as
/// much.
package struct ForecastValues: RandomAccessCollection, Sendable, Equatable {
    /// C.
    package let channels: Int
    /// `[horizon · C]`.
    package private(set) var flat: [Double] = []

    /// No steps yet.
    /// - Parameter channels: C, of every step to come.
    package init(channels: Int) { self.channels = channels }

    /// - Parameter flat: `[steps · C]`.
    init(channels: Int, flat: [Double]) {
        self.channels = channels
        self.flat = flat
    }

    /// Adds a step.
    /// - Precondition: it has C values.
    package mutating func append(_ step: [Double]) {
        precondition(step.count == channels, "\(step.count) values, \(channels) channels")
        flat += step
    }

    /// Takes the memory of so many steps at once.
    package mutating func reserve(steps: Int) { flat.reserveCapacity(steps * channels) }

    /// The first step.
    package var startIndex: Int { 0 }
    /// Behind the last step; 0 without channels.
    package var endIndex: Int { channels > 0 ? flat.count / channels : 0 }
    /// The values of a step, `[C]`.
    package subscript(step: Int) -> [Double] { Array(flat[(step * channels)..<((step + 1) * channels)]) }
}
