import System

/// Bounds of sessions. All are configuration keys.
package struct SessionLimits: Sendable, Equatable {
    /// Sessions on disk; one more is answered 503.
    package var countMax = 1_000_000
    /// Bytes of their states on disk; beyond, a new session is answered 503.
    package var diskBytesMax = 8 << 30
    /// Bytes of the sessions held in memory; the least recently used go first, and are read again.
    package var cacheBytesMax: Int
    /// Seconds without a step after which a session is forgotten, unless it asks for another time.
    package var idleSeconds = 30.0 * 86_400
    /// Seconds that a session may ask for.
    package var idleSecondsMax = 10.0 * 366 * 86_400
    /// Seconds after which a session is forgotten, however often it is stepped.
    package var ageSecondsMax = 10.0 * 366 * 86_400
    /// Bytes of an answer that is kept for a repeated step with its key.
    package var keptAnswerBytesMax = 256 << 10
    /// Whether a step is on the disk before it is answered; otherwise it outlives the process, but not a power cut.
    package var isDurable = true

    /// Every limit at its default.
    ///
    /// - Parameter memoryBytes: what the process may use; nil if that is not known.
    package init(memoryBytes: Int? = MachineShare.current.memory?.value) {
        cacheBytesMax = MemoryShare.bytes(1.0 / 32, of: memoryBytes, atMost: 128 << 20)
    }
}
