import System
import TestSupport
import Testing

/// Limits of control groups in every form that systems give them, on made files: a tree below a directory that stands
/// for the root.
@Suite struct ControlGroupTests {
    private typealias Files = [String: String]

    private let own = "/proc/self/cgroup", mounts = "/proc/self/mountinfo"
    private let v2Mount = "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n"

    /// A line of mountinfo for a hierarchy of version 1.
    private func v1Mount(_ controllers: String, group: String = "/") -> String {
        "31 30 0:27 \(group) /sys/fs/cgroup/\(controllers) rw,nosuid - cgroup cgroup rw,\(controllers)\n"
    }

    private func read(_ files: Files) throws -> ControlGroups {
        let root = try TemporaryDirectory()
        for (path, text) in files {
            try System.Files.makeDirectories(System.Files.parent(of: root.path + path))
            try root.write(text, to: path)
        }
        return ControlGroups(root: root.path)
    }

    /// The limits, without their places.
    private func values(_ files: Files) throws -> [Int?] {
        let groups = try read(files)
        return [groups.quota?.value, groups.processorSet?.value, groups.memory?.value]
    }

    private func v2(_ path: String, _ files: Files) throws -> [Int?] {
        let placed = files.map { ("/sys/fs/cgroup" + $0.key, $0.value) }
        return try values([own: "0::\(path)\n", mounts: v2Mount].merging(placed) { first, _ in first })
    }

    // MARK: Forms of one file

    @Test func quotasAreRoundedUp() throws {
        let cases: [(String, Int?)] = [
            ("max 100000\n", nil), ("100000 100000\n", 1), ("150000 100000\n", 2), ("1000 100000\n", 1),
            ("200000 100000\n", 2), ("200001 100000", 3), ("25600000 50000\n", 512), ("0 100000\n", nil),
            ("100000 0\n", nil), ("100000\n", nil), ("", nil), ("-1 100000\n", nil), ("a b\n", nil),
            ("99999999999999999999 100000\n", nil), ("9223372036854775807 1\n", .max),
        ]
        for (text, expected) in cases {
            #expect(try v2("/a", ["/a/cpu.max": text]) == [expected, nil, nil], "\(text)")
        }
    }

    @Test func setsAreCounted() throws {
        let cases: [(String, Int?)] = [
            ("0\n", 1), ("0-3\n", 4), ("0-1,4,8-11\n", 7), ("1023", 1), ("\n", nil), ("", nil), ("3-1\n", nil),
            ("0-\n", nil), ("-1\n", nil), ("0-99999999\n", nil), ("all\n", nil), ("0,,1\n", 2),
        ]
        for (text, expected) in cases {
            #expect(try v2("/a", ["/a/cpuset.cpus.effective": text]) == [nil, expected, nil], "\(text)")
        }
    }

    @Test func memoryIsBytesOrNone() throws {
        let cases: [(String, Int?)] = [
            ("max\n", nil), ("536870912\n", 536_870_912), ("0\n", nil), ("", nil), ("-1\n", nil), ("1G\n", nil),
            ("9223372036854771712\n", nil), ("18446744073709551615\n", nil),
        ]
        for (text, expected) in cases {
            #expect(try v2("/a", ["/a/memory.max": text]) == [nil, nil, expected], "\(text)")
        }
        // Above memory.high the process is slowed until it hardly goes on.
        let both = ["/a/memory.max": "2000000000\n", "/a/memory.high": "1000000000\n"]
        #expect(try v2("/a", both) == [nil, nil, 1_000_000_000])
    }

    // MARK: Where the files are

    @Test func theSmallestOnTheWayUpCounts() throws {
        let files: Files = [
            "/k/p/c/cpu.max": "400000 100000\n", "/k/p/cpu.max": "250000 100000\n", "/k/cpu.max": "max 100000\n",
            "/k/p/c/memory.max": "max\n", "/k/memory.max": "800000000\n", "/k/p/memory.max": "900000000\n",
            "/cpuset.cpus.effective": "0-63\n", "/k/p/c/cpuset.cpus.effective": "0-7\n",
            // Those of others.
            "/k/q/cpu.max": "100000 100000\n", "/other/memory.max": "1\n", "/k/p/c/d/memory.max": "2\n",
        ]
        #expect(try v2("/k/p/c", files) == [3, 8, 800_000_000])
        let groups = try read(
            [own: "0::/k/p\n", mounts: v2Mount, "/sys/fs/cgroup/k/cpu.max": "100000 100000\n"])
        #expect(groups.quota == .init(value: 1, source: "/sys/fs/cgroup/k/cpu.max"))
    }

    @Test func aNamespaceShowsItsRootAsItsOwn() throws {
        // A container with a namespace: "/", and its limits where the root of the host has no such files.
        let files = ["/cpu.max": "50000 100000\n", "/memory.max": "268435456\n"]
        #expect(try v2("/", files) == [1, nil, 268_435_456])
        // A process that was moved out of the namespace's root.
        #expect(try v2("/../other", files) == [1, nil, 268_435_456])
        // The group is not to be seen: those above it are.
        #expect(try v2("/docker/gone", files) == [1, nil, 268_435_456])
    }

    /// A container without a namespace: /proc names the group as the host does, and only that is mounted.
    @Test func aMountMayBeginAtTheGroup() throws {
        let group = "/docker/a1"
        let mount = "30 23 0:26 \(group) /sys/fs/cgroup ro master:1 - cgroup2 cgroup2 rw\n"
        let memory = ["/sys/fs/cgroup/memory.max": "100\n", "/sys/fs/cgroup/in/memory.max": "50\n"]
        func bytes(_ path: String) throws -> Int? {
            try values(memory.merging([own: "0::\(path)\n", mounts: mount]) { first, _ in first })[2]
        }
        #expect(try bytes(group) == 100)
        #expect(try bytes(group + "/in") == 50)
        #expect(try bytes("/docker/a11/in") == 100)
    }

    @Test func versionOneHasAPlaceForEachController() throws {
        let files: Files = [
            own: "4:cpu,cpuacct:/pod/a\n3:memory:/pod/b\n2:cpuset:/pod/c\n1:name=systemd:/pod\n",
            mounts: v1Mount("cpu,cpuacct") + v1Mount("memory") + v1Mount("cpuset")
                + "35 30 0:35 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,name=systemd\n",
            "/sys/fs/cgroup/cpu,cpuacct/pod/a/cpu.cfs_quota_us": "-1\n",
            "/sys/fs/cgroup/cpu,cpuacct/pod/a/cpu.cfs_period_us": "100000\n",
            "/sys/fs/cgroup/cpu,cpuacct/pod/cpu.cfs_quota_us": "110000\n",
            "/sys/fs/cgroup/cpu,cpuacct/pod/cpu.cfs_period_us": "50000\n",
            "/sys/fs/cgroup/memory/pod/b/memory.limit_in_bytes": "9223372036854771712\n",
            "/sys/fs/cgroup/memory/pod/memory.limit_in_bytes": "1073741824\n",
            "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
            "/sys/fs/cgroup/cpuset/pod/c/cpuset.cpus": "\n",
            "/sys/fs/cgroup/cpuset/pod/c/cpuset.effective_cpus": "2-5\n",
            "/sys/fs/cgroup/cpuset/cpuset.cpus": "0-15\n",
            "/sys/fs/cgroup/systemd/pod/memory.max": "1\n",
        ]
        #expect(try values(files) == [3, 4, 1_073_741_824])
        // In a container that sees its own group only.
        let inside: Files = [
            own: "3:memory:/docker/a1\n", mounts: v1Mount("memory", group: "/docker/a1"),
            "/sys/fs/cgroup/memory/memory.limit_in_bytes": "134217728\n",
        ]
        #expect(try values(inside) == [nil, nil, 134_217_728])
        // A quota without its period is none.
        let half: Files = [
            own: "4:cpu:/\n", mounts: v1Mount("cpu"), "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "100000\n",
        ]
        #expect(try values(half) == [nil, nil, nil])
    }

    /// Controllers of version 1 beside a hierarchy of version 2 that has none, or some.
    @Test func aHybridMountIsReadWhole() throws {
        let files: Files = [
            own: "2:memory:/a\n0::/b\n",
            mounts: v1Mount("memory") + "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n",
            "/sys/fs/cgroup/memory/a/memory.limit_in_bytes": "700000000\n",
            "/sys/fs/cgroup/unified/b/cpu.max": "150000 100000\n",
            "/sys/fs/cgroup/unified/a/cpu.max": "100000 100000\n",
        ]
        #expect(try values(files) == [2, nil, 700_000_000])
    }

    @Test func placesMayHaveAnyName() throws {
        let mount = #"30 23 0:26 / /mnt/c\040g\134x rw - cgroup2 none rw"#
        let files: Files = [
            own: "0::/a b:c\n", mounts: "\nnonsense\n1 2 - \n\(mount)\n", #"/mnt/c g\x/a b:c/memory.max"#: "77\n",
        ]
        #expect(try values(files) == [nil, nil, 77])
    }

    @Test func whatIsMissingLimitsNothing() throws {
        #expect(try values([:]) == [nil, nil, nil])
        #expect(try values([own: "garbage\n", mounts: "garbage\n"]) == [nil, nil, nil])
        #expect(try v2("/a/b", [:]) == [nil, nil, nil])
        // Where mounts are not told, the usual places are looked at.
        #expect(try values(["/sys/fs/cgroup/memory.max": "55\n"]) == [nil, nil, 55])
        #expect(try values(["/sys/fs/cgroup/memory/memory.limit_in_bytes": "66\n"]) == [nil, nil, 66])
    }

    // MARK: The share

    @Test func theShareIsTheSmallestOfAll() throws {
        let groups = try read([
            own: "0::/\n", mounts: v2Mount, "/sys/fs/cgroup/cpu.max": "300000 100000\n",
            "/sys/fs/cgroup/cpuset.cpus.effective": "0-3\n", "/sys/fs/cgroup/memory.max": "5000\n",
        ])
        func share(_ online: Int, _ affinity: Int?, _ bytes: Int?) -> MachineShare {
            MachineShare(onlineCount: online, affinityCount: affinity, machineBytes: bytes, groups: groups)
        }
        #expect(share(8, 8, 9000).processors == .init(value: 3, source: "/sys/fs/cgroup/cpu.max"))
        #expect(share(8, 8, 9000).memory == .init(value: 5000, source: "/sys/fs/cgroup/memory.max"))
        #expect(share(8, 2, 4000).processors == .init(value: 2, source: MachineShare.affinity))
        #expect(share(8, 2, 4000).memory == .init(value: 4000, source: MachineShare.machine))
        #expect(share(3, nil, nil).processors == .init(value: 3, source: MachineShare.machine))
        #expect(share(3, nil, nil).memory == .init(value: 5000, source: "/sys/fs/cgroup/memory.max"))
        let none = MachineShare(onlineCount: -1, affinityCount: nil, machineBytes: nil, groups: try read([:]))
        #expect(none.processors == .init(value: 1, source: MachineShare.machine) && none.memory == nil)
    }

    @Test func theAffinityIsRead() throws {
        func count(_ status: String) throws -> Int? {
            let root = try TemporaryDirectory()
            try System.Files.makeDirectories(root.path + "/proc/self")
            try root.write(status, to: "/proc/self/status")
            return MachineShare.boundProcessors(root: root.path)
        }
        let status = "Name:\tx\nCpus_allowed:\tff\nCpus_allowed_list:\t0-1,6\nMems_allowed_list:\t0\n"
        #expect(try count(status) == 3)
        #expect(try count("Cpus_allowed_list:\n") == nil)
        #expect(try count("Name:\tx\n") == nil)
        #expect(MachineShare.boundProcessors(root: "/nowhere") == nil)
    }

    /// This machine: no more than it has, and no less than one.
    @Test func thisProcessHasAShare() throws {
        let share = MachineShare.current
        #expect((1...Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))).contains(share.processors.value))
        let memory = try #require(share.memory)
        #expect(memory.value > 1 << 20)
    }
}
