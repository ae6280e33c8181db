import ModelFiles
import System

/// The names that files of a backup have: a data directory's, and two of its own. No other is written or read.
package enum BackupFile {
    /// Says that a directory is a backup, of when and by whom.
    package static let about = "backup.json"
    /// Digests of all other files.
    package static let digests = DigestList.fileName
    static let database = "rondo.sqlite"
    /// Largest list of digests that is read: a few million files.
    static let digestsSizeBytesMax = 1 << 30

    private static let alone: Set<String> = [
        about, digests, database, "durations.json", "keys.json", "state-keys.json",
    ]
    private static let ofVersions: Set<String> = ["model.json", "model.safetensors", DigestList.fileName]

    /// Whether a backup may have a file at this place.
    static func isName(_ path: String) -> Bool {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        switch (parts.count, parts[0]) {
        case (1, _): return alone.contains(path)
        case (2, "data"): return DataFiles.isName(parts[1])
        case (3, "checkpoints"): return ModelName.isValid(parts[1]) && isPart(parts[2])
        case (4, "models"):
            return ModelName.isValid(parts[1]) && ModelReference.version(parts[2]) != nil
                && ofVersions.contains(parts[3])
        default: return false
        }
    }

    /// A name of a file beside checkpoints: none that is hidden or leads elsewhere.
    private static func isPart(_ name: String) -> Bool {
        name.utf8.count <= 200 && name.first != "."
            && name.utf8.allSatisfy { byte in
                let character = Unicode.Scalar(byte)
                return byte < 0x80 && (character.properties.isAlphabetic || (0x30...0x39).contains(byte))
                    || "-._".unicodeScalars.contains(character)
            }
    }

    /// The digest that a file is to have by its name, or by the list beside it; nil: neither says.
    static func expectedDigest(_ path: String, root: String) -> String? {
        let parts = path.split(separator: "/").map(String.init)
        switch parts.first {
        case "data": return parts.last
        case "checkpoints":
            guard let name = parts.last, name.hasPrefix("checkpoint-") else { return listed(path, root) }
            return name.split(separator: "-").last.map { String($0.prefix(64)) }
        case "models": return listed(path, root)
        default: return nil
        }
    }

    private static func listed(_ path: String, _ root: String) -> String? {
        let folder = Files.parent(of: path)
        return (try? DigestList(directory: root + "/" + folder))?[String(path.dropFirst(folder.count + 1))]
    }
}
