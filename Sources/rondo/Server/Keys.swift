import Logging
import SequenceService

/// The keys of a server: read at its start, and again at SIGHUP.
struct Keys: Reloadable {
    let ring = KeyRing()
    var name: String { "keys" }

    /// - Throws: `ConfigurationError` if the file does not read, is open to other users, or is named and not there.
    func reload(_ settings: ServerSettings) throws(ConfigurationError) {
        let (file, isOptional) = settings.keyFile
        try file.checkMode()
        ring.replace(isOptional && !file.exists ? [] : try file.read())
    }
}
