import Store
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

    /// A store on the rows of this place, as another process would open it.
    func open() throws -> any RecordStore {
        if let memory { return memory.open() }
        return try #require(directory).open()
    }
}
