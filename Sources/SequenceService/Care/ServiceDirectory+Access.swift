import System

extension ServiceDirectory {
    /// What the service itself reads and writes.
    private var ownFiles: [String] {
        [database, database + "-wal", database + "-shm", database + ".runners", lock, data, checkpoints, models, keys]
    }

    /// Whether its file system is mounted read-only, for everybody (statvfs(3)).
    var isOnReadOnlyMedium: Bool {
        var facts = statvfs()
        return statvfs(root, &facts) == 0 && facts.f_flag & UInt(ST_RDONLY) != 0
    }

    /// Looks whether the system lets this process at the directory and at what lies in it: a volume or a directory of
    /// the host may be another user's. Nothing is opened or made, and what is not there is passed over.
    ///
    /// - Parameter isReadOnly: whether reading is enough, as it is where nobody can write.
    /// - Throws: `Unusable` that names the place, both users, and what helps.
    package func checkAccess(isReadOnly: Bool) throws(Unusable) {
        let isReadOnly = isReadOnly || isOnReadOnlyMedium
        var nearest = root
        // "/" and "." are always there.
        while !Files.exists(nearest), Files.parent(of: nearest) != nearest { nearest = Files.parent(of: nearest) }
        // Where the directory is to be made its parent is written.
        try Self.check(nearest, isReadOnly ? R_OK | X_OK : R_OK | W_OK | X_OK, root)
        for path in ownFiles {
            let isDirectory = Files.isDirectory(path)
            try Self.check(path, R_OK | (isDirectory ? X_OK : 0) | (isReadOnly || path == keys ? 0 : W_OK), root)
        }
    }

    private static func check(_ path: String, _ mode: Int32, _ root: String) throws(Unusable) {
        // EROFS and whatever else is in the way shows when it is opened.
        guard access(path, mode) != 0, [EACCES, EPERM].contains(errno), geteuid() != 0 else { return }
        let what = "the data directory \(root) cannot be used"
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw Unusable(description: "\(what): \(path) is in a directory that this process may not enter")
        }
        let bits = String(status.st_mode & 0o7777, radix: 8), user = geteuid(), group = getegid()
        if status.st_uid == user {
            throw Unusable(description: "\(what): its owner may not use \(path) (mode \(bits)): chmod -R u+rwX \(root)")
        }
        // A container may run as that user, unless it is root.
        let other = status.st_uid == 0 ? "" : ", or docker run --user \(status.st_uid):\(status.st_gid)"
        throw Unusable(
            description: "\(what): \(path) belongs to user \(status.st_uid), group \(status.st_gid) (mode \(bits)), "
                + "and this process runs as user \(user), group \(group). On the machine that has it: "
                + "chown -R \(user):\(group) of the directory\(other)")
    }
}
