import Synchronization

/// What is counted of each model's predictions.
///
/// The number of series is bounded: at most `modelsMax` models have rows of their own; what others do meanwhile is
/// counted together, as `others`. A model that is gone makes room at the next reading.
package final class ModelMetrics: Sendable {
    /// Counts of one model.
    package struct Counts: Sendable, Equatable {
        /// Predictions that reached their end.
        package var finished = 0
        /// Predictions dropped because their client left or the server stopped.
        package var cancelled = 0
        /// Forecast steps and generated tokens.
        package var steps = 0
        /// Seconds of finished predictions, waiting included.
        package var seconds = Distribution.predictionSeconds
    }

    /// Models with rows of their own.
    package static let modelsMax = 100
    /// The label of all further models; no model has such a name.
    package static let others = "(others)"

    private let state = Mutex<[String: Counts]>([:])

    /// Nothing counted.
    package init() {}

    /// Counts a prediction that has ended.
    ///
    /// - Parameter seconds: from its submission to its end; nil if it was cancelled.
    package func add(_ model: String, steps: Int, seconds: Double?) {
        state.withLock { state in
            let isOwn = state[model] != nil || state.count - (state[Self.others] == nil ? 0 : 1) < Self.modelsMax
            var counts = state[isOwn ? model : Self.others, default: Counts()]
            counts.steps += steps
            if let seconds {
                counts.finished += 1
                counts.seconds.add(seconds)
            } else {
                counts.cancelled += 1
            }
            state[isOwn ? model : Self.others] = counts
        }
    }

    /// Forgets all models but those that exist.
    package func keep(_ names: Set<String>) {
        state.withLock { state in state = state.filter { names.contains($0.key) || $0.key == Self.others } }
    }

    /// Counts by model, sorted by name.
    package var counts: [(model: String, counts: Counts)] {
        state.withLock { $0 }.sorted { $0.key < $1.key }.map { (model: $0.key, counts: $0.value) }
    }
}
