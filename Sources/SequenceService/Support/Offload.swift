import Dispatch

/// Runs blocking work (disk, SQLite, parsing of large bodies) away from event loops and the cooperative pool.
package struct Offload: Sendable {
    private let queue: DispatchQueue

    package init(label: String) {
        queue = DispatchQueue(label: label, attributes: .concurrent)
    }

    /// Suspends the caller until `work` has run on a thread of the queue.
    package func run<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result { try work() }) }
        }
    }
}
