import System

/// The memory that the process may use.
package enum MachineMemory {
    /// Where Linux says what a container may use, by version of control groups.
    private static let groupLimitFiles = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"]

    /// Bytes of the machine, or of the container where that is less; nil if the system does not say.
    package static func sizeBytes() -> Int? {
        let pages = Int(sysconf(Int32(_SC_PHYS_PAGES))), pageSizeBytes = Int(sysconf(Int32(_SC_PAGESIZE)))
        let (machine, overflows) = pages.multipliedReportingOverflow(by: pageSizeBytes)
        let known = groupLimitFiles.compactMap(number) + (pages > 0 && pageSizeBytes > 0 && !overflows ? [machine] : [])
        return known.filter { $0 > 0 }.min()
    }

    /// The number in a file; nil if there is none ("max").
    private static func number(in path: String) -> Int? {
        (try? Files.start(of: path)).flatMap { Int($0.prefix { $0.isNumber }) }
    }
}
