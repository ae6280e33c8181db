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
        guard let second = lastingDamage(path) else { return nil }
        let copy = path + ".damaged-\(Clock.wallMilliseconds())"
        let place: String
        do throws(FileError) {
            try AtomicFile.write(second.bytes, to: copy)
            place = "the log as it was is kept as \(copy)"
        } catch {
            place = "the log as it was could not be kept: \(error)"
        }
        return "\(description(path, second.scan)); \(place)"
    }

    /// What is damaged in the log of a database, in words; nil: nothing. Changes nothing.
    static func find(databasePath: String) -> String? {
        let path = databasePath + "-wal"
        return lastingDamage(path).map { description(path, $0.scan) }
    }

    /// A commit at the end of a log that is not whole, in words; nil: there is none. What a crash cuts off looks so,
    /// and nobody was told of that; so does damage, and of that somebody was.
    static func tornEnd(databasePath: String) -> String? {
        let path = databasePath + "-wal"
        guard let bytes = try? AtomicFile.read(path: path, sizeBytesMax: sizeBytesMax), let scan = LogScan(bytes),
            scan.endsTorn, !scan.isDamaged
        else { return nil }
        return "\(path) ends in a record that is not whole, and is left out: of a write that broke off with its "
            + "process, which nobody was told of, or of one that was damaged since"
    }

    private static func description(_ path: String, _ scan: LogScan) -> String {
        "\(path) is damaged behind \(scan.goodFrames) of its pages: what was recorded after them is lost "
            + "(jobs, versions, labels, deletions)"
    }

    private static func lastingDamage(_ path: String) -> (bytes: [UInt8], scan: LogScan)? {
        guard let first = damage(path) else { return nil }
        usleep(secondLookMicroseconds)
        return damage(path).flatMap { $0.bytes == first.bytes ? $0 : nil }
    }

    private static func damage(_ path: String) -> (bytes: [UInt8], scan: LogScan)? {
        guard let bytes = try? AtomicFile.read(path: path, sizeBytesMax: sizeBytesMax), let scan = LogScan(bytes),
            scan.isDamaged
        else { return nil }
        return (bytes, scan)
    }
}
