/// What the control groups of Linux let this process use (cgroups(7); the kernel's documentation of cgroup v2, "CPU",
/// "Cpuset" and "Memory", and of v1, "CFS Bandwidth Control").
///
/// A group's limit holds for all groups below it, so what counts is the smallest on the way from the process' own group
/// to the root. Both versions may be mounted at once, each with some of the controllers: all that is mounted is read,
/// and a file that is missing limits nothing.
package struct ControlGroups: Sendable, Equatable {
    /// A limit, and the file that says so.
    package struct Limit: Sendable, Equatable {
        /// Processors or bytes, at least 1.
        package let value: Int
        /// Its path, for the operator.
        package let source: String

        /// A limit, and what says so.
        package init(value: Int, source: String) {
            self.value = value
            self.source = source
        }
    }

    /// Processors' worth of time, rounded up: 1.5 processors keep two threads busy most of the time.
    package let quota: Limit?
    /// Processors that may be used at all.
    package let processorSet: Limit?
    /// Bytes after which the process is throttled (`memory.high`) or killed.
    package let memory: Limit?

    /// Reads what there is now.
    ///
    /// - Parameter root: stands before each path; for tests.
    package init(root: String = "") {
        var quotas: [Limit] = [], sets: [Limit] = [], memories: [Limit] = []
        for place in ControlGroupMounts(root: root).directories {
            func add(_ name: String, _ list: inout [Limit], _ read: (String) -> Int?) {
                let path = place + "/" + name
                guard let text = Files.text(of: root + path), let value = read(text), value > 0 else { return }
                list.append(Limit(value: value, source: path))
            }
            add("cpu.max", &quotas, Self.quota)
            add("cpu.cfs_quota_us", &quotas) { quota in
                Files.text(of: root + place + "/cpu.cfs_period_us").flatMap { Self.quota(quota + " " + $0) }
            }
            for name in ["cpuset.cpus.effective", "cpuset.effective_cpus", "cpuset.cpus"] {
                add(name, &sets, Self.processorCount)
            }
            for name in ["memory.max", "memory.high", "memory.limit_in_bytes"] { add(name, &memories, Self.bytes) }
        }
        quota = Self.smallest(quotas)
        processorSet = Self.smallest(sets)
        memory = Self.smallest(memories)
    }

    private static func smallest(_ limits: [Limit]) -> Limit? { limits.min { $0.value < $1.value } }

    // MARK: Forms of the files

    /// Of "150000 100000", microseconds in each period; nil for "max 100000" and, of v1, "-1 100000".
    private static func quota(_ text: String) -> Int? {
        let words = text.split(whereSeparator: \.isWhitespace)
        guard words.count == 2, let quota = Int(words[0]), let period = Int(words[1]), quota > 0, period > 0 else {
            return nil
        }
        return quota / period + (quota % period > 0 ? 1 : 0)
    }

    /// How many are in a list such as "0-2,7"; nil if it is empty or does not read.
    static func processorCount(_ text: String) -> Int? {
        let parts = text.filter { !$0.isWhitespace }.split(separator: ",")
        var count = 0
        for part in parts {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { UInt16($0) }
            guard (1...2).contains(ends.count), let first = ends.first ?? nil, let last = ends.last ?? nil,
                first <= last
            else { return nil }
            count += Int(last - first) + 1
        }
        return parts.isEmpty ? nil : count
    }

    /// nil for "max", and for what v1 says where there is no limit: the largest number of whole pages.
    private static func bytes(_ text: String) -> Int? {
        Int(text.filter { !$0.isWhitespace }).flatMap { $0 < 1 << 60 ? $0 : nil }
    }
}
