import Store

extension DiskReserve {
    /// Refuses what is new while the room that there is was given up for deletions.
    ///
    /// - Throws: `ServiceError.diskFull`.
    func checkRoom() throws(ServiceError) {
        if isInUse { throw .diskFull("what room there is on the disk is kept for deletions") }
    }
}
