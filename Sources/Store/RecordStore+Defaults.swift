/// What a store says that has nothing special about it.
extension RecordStore {
    /// Most are opened to be written.
    package var isReadOnly: Bool { false }

    /// Most have no files.
    package func checkFiles() {}

    /// Nothing.
    package var notes: [String] { [] }

    /// Before work whose result would have to be kept.
    ///
    /// - Throws: `StoreError.servesOnly` from a store that is open for reading.
    package func checkTakesChanges() throws(StoreError) {
        if isReadOnly { throw .servesOnly(path: "the store") }
    }
}
