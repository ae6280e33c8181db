import Synchronization
package import System

/// A backup on its way to somebody, piece by piece. Its files are held on to until it is closed.
package final class BackupDownload: Sendable {
    private struct Open {
        let snapshot: BackupSnapshot
        let stream: BackupStream
    }

    private let open: Mutex<Open?>
    /// What the archive is called where it is kept: it has the time.
    package let fileName: String

    private let onClose: @Sendable () -> Void

    /// Holds on to what a data directory has now.
    ///
    /// - Parameter onClose: called once, when the files are let go of.
    /// - Throws: as `BackupSnapshot.init`.
    package init(of place: ServiceDirectory, onClose: @escaping @Sendable () -> Void = {}) throws {
        self.onClose = onClose
        let nowMs = Clock.wallMilliseconds()
        let snapshot = try BackupSnapshot(of: place, nowMs: nowMs)
        open = Mutex(Open(snapshot: snapshot, stream: try snapshot.stream()))
        let time = Timestamp.text(milliseconds: nowMs).prefix(19).replacing(":", with: "").replacing("-", with: "")
        fileName = "rondo-\(time)Z.tar"
    }

    /// The next bytes of the archive; none at the end.
    ///
    /// - Throws: `FileError` for a file that does not read: what was sent so far is not a backup.
    package func next() throws(FileError) -> [UInt8] {
        try open.withLock { open throws(FileError) in try open?.stream.next() ?? [] }
    }

    /// Lets go of the files, the first time.
    package func close() {
        let wasOpen = open.withLock { open in
            defer { open = nil }
            return open != nil
        }
        if wasOpen { onClose() }
    }

    deinit { close() }
}
