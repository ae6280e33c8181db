import System

/// A write-ahead log that SQLite would believe only in part.
enum DamagedLog {
    private static let sizeBytesMax = 1 << 30
    /// Another process may be writing the log while it is read; damage is still there after this.
    private static let secondLookMicroseconds: UInt32 = 50_000

    /// Copies the log of a database beside it if it is damaged: SQLite is about to cut off what it does not believe.
    ///
    /// - Returns: what was found, in words; nil: nothing.
    static func setAside(databasePath: String) -> String? {
        let path = databasePath + "-wal"
        guard let first = damage(path) else { return nil }
        usleep(secondLookMicroseconds)
        guard let second = damage(path), second.bytes == first.bytes else { return nil }
        let copy = path + ".damaged-\(Clock.wallMilliseconds())"
        let place: String
        do throws(FileError) {
            try AtomicFile.write(second.bytes, to: copy)
            place = "the log as it was is kept as \(copy)"
        } catch {
            place = "the log as it was could not be kept: \(error)"
        }
        return "\(path) is damaged behind \(second.scan.goodFrames) of its pages: what was recorded after them is lost "
            + "(jobs, versions, labels, deletions); \(place)"
    }

    private static func damage(_ path: String) -> (bytes: [UInt8], scan: LogScan)? {
        guard let bytes = try? AtomicFile.read(path: path, sizeBytesMax: sizeBytesMax), let scan = LogScan(bytes),
            scan.isDamaged
        else { return nil }
        return (bytes, scan)
    }
}
