import Dispatch

/// Runs blocking code on a thread of its own. Not on a global queue: on Linux, tasks run on the threads of the same
/// root queues (as many as cores), so blocking there would starve what is tested. A serial queue overcommits.
///
/// - Throws: what `body` throws.
package func offPool<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        DispatchQueue(label: "client").async { continuation.resume(with: Result(catching: body)) }
    }
}

/// Waits until `condition`, at most `seconds`; whether it came.
package func eventually(seconds: Double = 15, _ condition: @Sendable () -> Bool) async -> Bool {
    for _ in 0..<Int(seconds * 200) {
        if condition() { return true }
        try? await Task.sleep(for: .milliseconds(5))
    }
    return condition()
}
