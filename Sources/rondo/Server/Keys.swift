import Logging
import SequenceService
import System

/// The keys of a server: read at its start, and again at SIGHUP.
struct Keys: Reloadable {
    let ring = KeyRing()
    var name: String { "keys" }

    private static let markText = """
        A server has run on this directory with the keys in keys.json.
        While this file is here, none starts without them.

        """

    /// - Throws: `ConfigurationError` if the file does not read, is open to other users, or is not there and was named
    ///   or was there before.
    func reload(_ settings: ServerSettings) throws(ConfigurationError) {
        let (file, isOptional) = settings.keyFile
        let mark = ServiceDirectory(root: settings.data).keysRequired
        if isOptional, !file.exists {
            guard Files.exists(mark) else { return ring.replace([]) }
            throw ConfigurationError(
                description: "\(file.path) is gone, with which servers have run here: put it back, or make keys anew "
                    + "with \"rondo keys add\"; for a server that asks nobody for a key delete \(mark)")
        }
        try file.checkMode()
        let keys = try file.read()
        if isOptional, !keys.isEmpty, !settings.isReadOnly, !Files.exists(mark) {
            // Where it cannot be written the start will say so, or the medium keeps the keys as well.
            try? AtomicFile.write(Array(Self.markText.utf8), to: mark)
        }
        ring.replace(keys)
    }
}
