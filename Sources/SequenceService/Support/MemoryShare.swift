/// Defaults of what may be held in memory: parts of what the process may use, up to a size beyond which more is seldom
/// of use. Together they are a little less than all of it, so that a container that is filled is not killed for it.
enum MemoryShare {
    private static let leastBytes = 8 << 20

    /// - Parameters:
    ///   - part: of the memory, 0 to 1.
    ///   - memoryBytes: what the process may use; nil if that is not known.
    static func bytes(_ part: Double, of memoryBytes: Int?, atMost most: Int) -> Int {
        guard let memoryBytes else { return most }
        return min(most, max(leastBytes, Int(Double(memoryBytes) * part)))
    }
}
