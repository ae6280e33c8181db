import CPageChecks
import CSQLite

/// Checksums of pages (`CPageChecks`): a changed bit in the file is an error where it is read, and never a row.
extension Database {
    /// "Rond", as `application_id`: the pages of this file have checksums, whatever its header says of the room for
    /// them.
    private static let checkedMark = 0x526F_6E64

    /// Asks for the room in each page: of a file without tables at once, of another when it is rewritten (VACUUM).
    func reserveChecks() { _ = control(SQLITE_FCNTL_RESERVE_BYTES, rondo_page_check_size) }

    /// Whether pages have checksums, as the header says it that was read last.
    var hasChecks: Bool { control(rondo_page_checks_control, 0) == 1 }

    private func isMarked() throws(StoreError) -> Bool {
        try query("PRAGMA application_id") { $0.int(0) == Self.checkedMark }.first ?? false
    }

    /// Remembers that pages have checksums: from then on they must.
    func markChecks() throws(StoreError) {
        guard hasChecks, try !isMarked() else { return }
        try execute("PRAGMA application_id = \(Self.checkedMark)")
    }

    /// - Throws: `damaged` where there should be checksums and are none.
    func requireChecks() throws(StoreError) {
        guard try isMarked(), !hasChecks else { return }
        throw .damaged(path: path, detail: "its header says that pages have no checksums, and they should have them")
    }
}
