import Kernels

/// How the products of one step are cut into columns for a pool. The bytes do not depend on it: each element is one
/// chain.
struct StepParts {
    /// Below it a part costs more to hand over than it takes: about 2 µs of work.
    private static let multiplicationsMin = 65_536
    /// Four panels, which the kernel for one row takes side by side.
    private static let columnsTogether = 4 * PackedMatrix.panel
    /// Rows of gates that are worth a part.
    static let gateRowsMin = 4

    let count: Int
    private let columns: Int

    /// - Parameter multiplications: of the whole step; 0: it cannot be cut.
    init(pool: ComputePool?, columns: Int, multiplications: Int) {
        self.columns = columns
        let groups = (columns + Self.columnsTogether - 1) / Self.columnsTogether
        count = max(1, min(pool?.threads ?? 1, groups, multiplications / Self.multiplicationsMin))
    }

    /// The columns of a part.
    subscript(part: Int) -> Range<Int> {
        let groups = (columns + Self.columnsTogether - 1) / Self.columnsTogether
        let end = groups * (part + 1) / count * Self.columnsTogether
        return groups * part / count * Self.columnsTogether..<min(columns, end)
    }
}
