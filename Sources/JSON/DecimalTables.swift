import CDecimal

/// What reading and writing of numbers look up, computed at the first use.
///
/// SAFETY: the tables are filled before anyone sees them, never changed, never freed.
struct DecimalTables: @unchecked Sendable {
    private static let shared = DecimalTables()

    /// The one copy of the tables.
    static var pointer: UnsafePointer<cd_tables> { shared.pointer }

    private let pointer: UnsafePointer<cd_tables>

    private init() {
        let memory = UnsafeMutablePointer<cd_tables>.allocate(capacity: 1)
        cd_fill(memory)
        pointer = UnsafePointer(memory)
    }
}
