/// How much of the machine this process may use: all of it, or what its affinity and its control groups leave. Every
/// default that counts processors or bytes of memory follows from it.
package struct MachineShare: Sendable, Equatable {
    /// What a limit comes of, where it is not a file of a control group.
    package static let machine = "machine", affinity = "affinity"

    /// Threads that can make progress at once, at least one, and what says so.
    package let processors: ControlGroups.Limit
    /// Bytes, and what says so; nil if the system does not tell.
    package let memory: ControlGroups.Limit?

    /// The smallest of what is known; of equal ones the first that is named here, which is the plainest.
    ///
    /// - Parameters:
    ///   - onlineCount: processors of the machine.
    ///   - affinityCount: those that the process is bound to (`taskset`, Docker's `--cpuset-cpus`); nil if not told.
    ///   - machineBytes: the machine's memory; nil if not told.
    package init(onlineCount: Int, affinityCount: Int?, machineBytes: Int?, groups: ControlGroups) {
        let processors = [
            ControlGroups.Limit(value: max(1, onlineCount), source: Self.machine),
            affinityCount.map { ControlGroups.Limit(value: max(1, $0), source: Self.affinity) },
            groups.processorSet, groups.quota,
        ].compactMap { $0 }
        self.processors = processors.reduce(processors[0]) { $1.value < $0.value ? $1 : $0 }
        let memories = [
            machineBytes.map { ControlGroups.Limit(value: $0, source: Self.machine) }, groups.memory,
        ].compactMap { $0 }
        memory = memories.first.map { first in memories.reduce(first) { $1.value < $0.value ? $1 : $0 } }
    }

    /// As it was when the process first asked: threads and budgets are made once.
    package static let current = MachineShare(
        onlineCount: Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))), affinityCount: boundProcessors(),
        machineBytes: machineBytes(), groups: ControlGroups())

    /// The memory of the machine, whatever this process may have of it.
    private static func machineBytes() -> Int? {
        let pages = Int(sysconf(Int32(_SC_PHYS_PAGES))), pageSizeBytes = Int(sysconf(Int32(_SC_PAGESIZE)))
        let (bytes, overflows) = pages.multipliedReportingOverflow(by: pageSizeBytes)
        return pages > 0 && pageSizeBytes > 0 && !overflows ? bytes : nil
    }

    /// Processors that the process may run on, as sched_getaffinity(2) has them too, which Swift does not see; nil if
    /// the system does not tell.
    ///
    /// - Parameter root: stands before the path; for tests.
    package static func boundProcessors(root: String = "") -> Int? {
        // Cpus_allowed_list: 0-1,4
        let lines = Files.text(of: root + "/proc/self/status")?.split(separator: "\n") ?? []
        return lines.first { $0.hasPrefix("Cpus_allowed_list:") }
            .flatMap { $0.split(separator: ":").last }.flatMap { ControlGroups.processorCount(String($0)) }
    }
}
