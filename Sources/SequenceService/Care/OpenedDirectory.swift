import Logging
import Store
import System

/// A data directory that a service has begun to work on: locked, looked through, its store open.
struct OpenedDirectory: Sendable {
    let place: ServiceDirectory
    let probe: DirectoryProbe
    /// Keeps those away who mend the directory; nil where there is nothing to lock, on a medium that nobody can write.
    let lock: DirectoryLock?
    let store: any RecordStore
    /// Why nothing is changed, in words; nil: it may be changed.
    let readOnlyReason: String?

    /// - Throws: `FileError`, `StoreError`, `DirectoryInUse`, `ServiceDirectory.Unusable`.
    init(_ configuration: ServiceConfiguration, _ logger: Logger) throws {
        place = ServiceDirectory(root: configuration.dataDirectory)
        probe = DirectoryProbe(directory: place.root)
        readOnlyReason = configuration.isReadOnly ? "read_only" : try Self.obstacle(in: place, probe)
        if readOnlyReason == nil {
            lock = try DirectoryLock(place, for: .service)
            try place.checkUse()
            try place.prepare()
            store = try SQLiteStore(path: place.database)
        } else {
            guard Files.isDirectory(place.root) else { throw FileError.notFound(path: place.root) }
            lock = try DirectoryLock.reading(place)
            try place.checkUse()
            store = try ReadOnlyStore(path: place.database)
        }
        if let exposure = place.exposure { logger.warning("\(exposure)") }
        for finding in store.findings { logger.critical("\(finding)") }
        for note in store.notes { logger.warning("\(note)") }
        if let readOnlyReason {
            logger.notice(
                "nothing is changed: trainings, imports, labels, deletions and sessions are refused",
                metadata: ["data": "\(place.root)", "reason": "\(readOnlyReason)"])
        }
    }

    /// Makes the directory and writes to it.
    ///
    /// - Returns: why nobody can write to it, where the file system is read-only; nil: it can be written, or will be
    ///   once there is room: a full disk is for its service to free.
    private static func obstacle(in place: ServiceDirectory, _ probe: DirectoryProbe) throws -> String? {
        try place.checkAccess(isReadOnly: false)
        if place.isOnReadOnlyMedium { return "its file system is mounted read-only" }
        try Files.makeDirectories(place.root)
        guard let fault = probe.run() else { return nil }
        if fault.obstacle == .full {
            _ = place.reserve.release()
            return nil
        }
        throw ServiceDirectory.Unusable(description: "the data directory \(place.root) cannot be written: \(fault)")
    }
}
