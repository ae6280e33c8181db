import System

/// A file that is there to be given up: on a full disk a deletion needs room, too, before it gives some back.
///
/// The file has its room from the start (`posix_fallocate`). When a deletion or a cancel fails for want of room it is
/// cut to nothing and the step is tried again; `refill` takes the room back once there is enough.
package struct DiskReserve: Sendable {
    private static let sizeBytesMax = 16 << 20
    private static let sizeBytesMin = 1 << 20
    /// The share of a small disk that it takes. The database's log has up to 4 MiB, which must fit into the database
    /// before the log gives its own room back.
    private static let share = 8

    private let path: String
    private let directory: String

    /// Of the disk of a directory; touches nothing.
    package init(directory: String) {
        self.directory = directory
        path = directory + "/reserve"
    }

    /// Bytes that a user may still write to the disk, and all that it has; nil where that cannot be told.
    package var space: (freeBytes: Int, totalBytes: Int)? {
        var facts = statvfs()
        guard statvfs(directory, &facts) == 0 else { return nil }
        let size = Int(facts.f_frsize)
        return (Int(facts.f_bavail) * size, Int(facts.f_blocks) * size)
    }

    private var sizeBytes: Int {
        min(Self.sizeBytesMax, max(Self.sizeBytesMin, (space?.totalBytes ?? .max) / Self.share))
    }

    private var heldBytes: Int { Int((try? Files.status(path))?.st_size ?? 0) }

    /// Whether there is so little room that nothing new should be taken in: less than half of the reserve, beside it.
    package var isDiskFull: Bool {
        let size = sizeBytes
        return space.map { $0.freeBytes + min(heldBytes, size) < size + size / 2 } ?? false
    }

    /// Whether it has its room; without, it was given up, and not long ago.
    package var isHeld: Bool { heldBytes > 0 }

    /// Whether what room there is was the reserve's: it is for what makes room.
    package var isInUse: Bool { heldBytes == 0 && isDiskFull }

    /// Takes the room of the reserve if it has none and twice as much is free. What fails is tried at the next call.
    package func refill() {
        let size = sizeBytes
        guard heldBytes < size, let space, space.freeBytes > 2 * size,
            let file = try? FileDescriptor.open(path, O_WRONLY | O_CREAT | O_NOFOLLOW)
        else { return }
        if posix_fallocate(file.raw, 0, off_t(size)) != 0 { _ = ftruncate(file.raw, 0) }
    }

    /// Gives the room up.
    ///
    /// - Returns: whether there was any.
    package func release() -> Bool {
        guard let file = try? FileDescriptor.open(path, O_WRONLY | O_NOFOLLOW),
            (try? file.status(path))?.st_size ?? 0 > 0
        else { return false }
        return ftruncate(file.raw, 0) == 0
    }

    /// A step that makes room in the end: on a full disk it is tried again with the room of the reserve, and with that
    /// of the log once it is folded into the database.
    ///
    /// - Throws: what `step` throws.
    package func freeing<Result>(in store: any TransactionalStore, _ step: () throws -> Result) throws -> Result {
        do {
            return try step()
        } catch {
            let isFull = (error as? StoreError)?.isDiskFull ?? (error as? FileError)?.isDiskFull ?? false
            guard isFull else { throw error }
            _ = release()
            // Whether that has helped, the step itself tells.
            try? store.tidy()
            return try step()
        }
    }
}
