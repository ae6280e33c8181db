import Store
import System
import TestSupport
import Testing

/// Every kind of store there is: what is tested with one is tested with all.
enum StoreKind: CaseIterable {
    case sqlite, memory
}

/// Where the stores of one test keep their rows: a directory, or memory.
final class StorePlace {
    private let directory: TemporaryStore?
    private let memory: MemoryDatabase?

    init(_ kind: StoreKind) throws {
        directory = kind == .sqlite ? try TemporaryStore() : nil
        memory = kind == .memory ? MemoryDatabase() : nil
    }

    /// A store that goes takes its lock file along, as an orderly end does; a killed process leaves it, with its note.
    func keepNote(_ note: String, of runner: String) throws {
        guard let directory else { return }
        let stream = try #require(fopen(directory.path + ".runners/" + runner, "w"))
        fputs(note, stream)
        fclose(stream)
    }

    /// A store on the rows of this place, as another process would open it.
    func open() throws -> any RecordStore {
        if let memory { return memory.open() }
        return try #require(directory).open()
    }
}
