/// Where the control groups of this process are to be found: its own and those above it, in each hierarchy that is
/// mounted (proc(5), "/proc/[pid]/cgroup" and "/proc/[pid]/mountinfo").
struct ControlGroupMounts {
    private static let controllers: Set = ["cpu", "cpuset", "memory"]
    /// Where they are on most systems, for one that does not tell.
    private static let usualPlaces = ["", "/cpu", "/cpu,cpuacct", "/cpuset", "/memory"].map { "/sys/fs/cgroup" + $0 }

    /// Paths without `root`, from the process' own group upwards. Not all of them need to be there.
    let directories: [String]

    /// - Parameter root: stands before each path that is read.
    init(root: String) {
        let groups = Self.groups(Files.text(of: root + "/proc/self/cgroup") ?? "")
        let mounts = (Files.text(of: root + "/proc/self/mountinfo") ?? "").split(separator: "\n").compactMap(Mount.init)
        var directories: [String] = []
        for mount in mounts {
            // Of v2 there is one group, of v1 one for each controller.
            for name in mount.controllers.sorted() {
                directories += mount.directories(of: groups[name] ?? "/").filter { !directories.contains($0) }
            }
        }
        self.directories = directories.isEmpty ? Self.usualPlaces : directories
    }

    /// The process' group by controller; that of v2 by "".
    private static func groups(_ text: String) -> [String: String] {
        var groups: [String: String] = [:]
        for line in text.split(separator: "\n") {
            // 4:cpu,cpuacct:/user.slice, or of v2 0::/user.slice
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            for name in parts[1].split(separator: ",", omittingEmptySubsequences: false) {
                groups[String(name)] = String(parts[2])
            }
        }
        return groups
    }

    /// A mounted hierarchy.
    private struct Mount {
        /// The group that is seen at `place`; not "/" in a container that sees its own only.
        let group: String
        let place: String
        /// Of ours; v2: "".
        let controllers: Set<String>

        /// nil for a line that tells of something else.
        init?(_ line: Substring) {
            // 30 23 0:26 /docker/a1 /sys/fs/cgroup/memory ro,nosuid shared:9 - cgroup cgroup rw,memory
            let words = line.split(separator: " ")
            guard words.count >= 6, let dash = words.firstIndex(of: "-"), dash >= 6, words.count > dash + 1 else {
                return nil
            }
            switch words[dash + 1] {
            case "cgroup2": controllers = [""]
            case "cgroup":
                let options = words.count > dash + 3 ? words[dash + 3].split(separator: ",").map(String.init) : []
                controllers = ControlGroupMounts.controllers.intersection(options)
            default: return nil
            }
            (group, place) = (Self.unescaped(words[3]), Self.unescaped(words[4]))
        }

        /// Spaces and the like are octal there.
        private static func unescaped(_ text: Substring) -> String {
            var bytes: [UInt8] = [], rest = Array(text.utf8)[...]
            while let byte = rest.popFirst() {
                if byte == UInt8(ascii: "\\"), rest.count >= 3,
                    let value = UInt8(String(decoding: rest.prefix(3), as: UTF8.self), radix: 8)
                {
                    bytes.append(value)
                    rest = rest.dropFirst(3)
                } else {
                    bytes.append(byte)
                }
            }
            return String(decoding: bytes, as: UTF8.self)
        }

        /// Where a group and those above it are, as far as this mount shows them.
        func directories(of path: String) -> [String] {
            var below = ""
            if group == "/" {
                below = path
            } else if path.hasPrefix(group + "/") {
                below = String(path.dropFirst(group.count))
            }
            var names = below.split(separator: "/")
            // The path of a namespace's root, or of a group outside it: the place itself is the nearest that is seen.
            if names.contains("..") { names = [] }
            return (0...names.count).reversed().map { count in
                names.prefix(count).reduce(place) { $0 + "/" + $1 }
            }
        }
    }
}
