/// Counts what the values of a text take, and asks for it in advance, a piece at a time.
struct JSONMemory {
    /// Bytes asked for at once.
    private static let pieceSizeBytes = 256 << 10
    /// What the allocator and Swift put before the elements of an array or the bytes of a long string.
    static let allocationSizeBytes = 48
    /// UTF-8 that a `String` holds without an allocation.
    static let inlineStringSizeBytes = 15

    private let claim: ((_ sizeBytes: Int) -> Bool)?
    /// Claimed and not used yet.
    private var leftBytes: Int

    /// - Parameter claim: nil: nothing is counted.
    init(claim: ((_ sizeBytes: Int) -> Bool)?) {
        self.claim = claim
        leftBytes = claim == nil ? .max : 0
    }

    /// False when no more is given.
    @inline(__always)
    mutating func use(_ sizeBytes: Int) -> Bool {
        leftBytes -= sizeBytes
        return leftBytes >= 0 || refill()
    }

    private mutating func refill() -> Bool {
        guard let claim else {
            leftBytes = .max
            return true
        }
        let piece = max(-leftBytes, Self.pieceSizeBytes)
        leftBytes += piece
        return claim(piece)
    }
}
