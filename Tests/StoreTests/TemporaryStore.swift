import Store
import TestSupport

/// A directory for one test, with a SQLite file in it.
final class TemporaryStore {
    private let place: TemporaryDirectory
    var directory: String { place.path }
    var path: String { directory + "/rondo.sqlite" }

    init() throws { place = try TemporaryDirectory() }

    func open() throws -> SQLiteStore { try SQLiteStore(path: path) }
}
