import Sockets

extension EventLoop {
    func run(_ body: @escaping @Sendable () throws -> Void) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            execute { continuation.resume(with: Result { try body() }) }
        }
    }

    /// Returns after the loop has looked at its descriptors at least once since the call: the first body may run in a
    /// turn that has waited already, the second runs in the next.
    func settle() async {
        for _ in 0..<2 { await withCheckedContinuation { continuation in execute { continuation.resume() } } }
    }
}
