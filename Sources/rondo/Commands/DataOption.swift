import ArgumentParser
import SequenceService
import System

/// The data directory of a command that works on one itself, whether a server runs or not.
struct DataOption: ParsableArguments {
    @Option(help: "Data directory (default: RONDO_DATA, or ./rondo-data).")
    var data: String?

    var path: String { data ?? ProcessEnvironment.variables["RONDO_DATA"] ?? ServerSettings().data }

    /// The directory, which must be there.
    func existing() throws(ClientError) -> ServiceDirectory {
        guard Files.exists(path) else {
            throw ClientError(description: "no data directory \(path): name one with --data")
        }
        return ServiceDirectory(root: path)
    }
}
