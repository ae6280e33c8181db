#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif
package import ModelFiles

/// What lies where below the data directory.
///
///     rondo.sqlite           jobs, events, versions, labels
///     data/<sha256>          training data, content-addressed; kept while an unfinished job needs it
///     checkpoints/<job>/     the newest checkpoint of an unfinished job, and the version it continues
///     models/<name>/<v>/     published versions
package struct ServiceDirectory: Sendable {
    /// The data directory.
    package let root: String

    /// The layout below `root`; `prepare` makes it.
    package init(root: String) { self.root = root }

    /// The SQLite file.
    package var database: String { root + "/rondo.sqlite" }
    /// The directory of training data.
    package var data: String { root + "/data" }
    /// The directory of checkpoints.
    package var checkpoints: String { root + "/checkpoints" }
    /// The directory of published versions.
    package var models: String { root + "/models" }

    /// Makes the directories that are missing, and deletes what crashes left half done.
    package func prepare() throws(FileError) {
        try AtomicFile.makeDirectories(checkpoints)
        try DataFiles(root: data).prepare()
        try ModelDirectory(root: models).prepare()
    }

    /// What other users of this machine may do with the data, in words; nil: nothing. A directory that is there is not
    /// changed: a volume may be shared on purpose.
    package var exposure: String? {
        var facts = stat()
        guard stat(root, &facts) == 0, facts.st_mode & 0o077 != 0 else { return nil }
        let mode = String(facts.st_mode & 0o777, radix: 8)
        return "other users of this machine can get into the data directory (mode \(mode)): chmod 700 \(root)"
    }

    /// Names of the entries of a directory; none if it does not exist.
    static func entries(_ path: String) -> [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// Bytes of a file, nil if there is none.
    package static func sizeBytes(_ path: String) -> Int? {
        var facts = stat()
        return lstat(path, &facts) == 0 ? Int(facts.st_size) : nil
    }

    /// Seconds since a file or directory changed; 0 if there is none.
    static func ageSeconds(_ path: String) -> Int {
        var facts = stat()
        guard lstat(path, &facts) == 0 else { return 0 }
        #if canImport(Darwin)
        return time(nil) - facts.st_mtimespec.tv_sec
        #else
        return time(nil) - facts.st_mtim.tv_sec
        #endif
    }

    /// Deletes a file or an empty directory. What is gone already is fine.
    static func removeFile(_ path: String) { _ = remove(path) }
}
