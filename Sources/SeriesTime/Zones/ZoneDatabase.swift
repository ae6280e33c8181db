import Synchronization
import System

/// The time zones of this machine, which its package `tzdata` keeps up to date. A zone is read once, when it is first
/// asked for.
package final class ZoneDatabase: Sendable {
    /// That of the running machine.
    package static let system = ZoneDatabase()

    /// Where systems keep zones, as Python's PEP 615 lists them.
    private static let usualDirectories = [
        "/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/usr/share/lib/zoneinfo", "/etc/zoneinfo",
    ]
    /// The largest file of the database has 4 kB, an old one 9 kB.
    private static let fileBytesMax = 65_536

    private let directories: [String]
    private let known = Mutex<[String: ZoneRules]>([:])

    /// - Parameter directories: where zones are looked for, in this order; nil for the usual ones.
    package init(directories: [String]? = nil) { self.directories = directories ?? Self.usualDirectories }

    /// The zone of an IANA name, `Europe/Berlin`.
    ///
    /// - Throws: `TimeError.unknownZone` with the name that was probably meant.
    package func rules(_ name: String) throws(TimeError) -> ZoneRules {
        if let rules = known.withLock({ $0[name] }) { return rules }
        guard Self.isName(name), let rules = read(name) else {
            throw TimeError.unknownZone(name: name, hint: hint(name))
        }
        known.withLock { $0[name] = rules }
        return rules
    }

    /// Names come from requests and become paths: no part may lead out of the directory.
    private static func isName(_ name: String) -> Bool {
        let isSpelling = name.utf8.allSatisfy { byte in
            (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z"))
                || (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")) || "+-_/".utf8.contains(byte)
        }
        return isSpelling && name.utf8.count <= 64
            && name.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { !$0.isEmpty }
    }

    private func read(_ name: String) -> ZoneRules? {
        for directory in directories {
            let path = directory + "/" + name
            guard let bytes = try? FileDescriptor.open(path, O_RDONLY).read(sizeBytesMax: Self.fileBytesMax, path)
            else { continue }
            return ZoneFile.rules(bytes, name: name)
        }
        return nil
    }

    // MARK: What was probably meant

    private func hint(_ name: String) -> String {
        let names = listed()
        if names.isEmpty { return "this machine has no time zones; install its package tzdata" }
        let wanted = name.lowercased().replacing(" ", with: "_")
        let guess =
            names.first { $0.lowercased() == wanted }
            ?? names.first { $0.lowercased().hasSuffix("/" + (wanted.split(separator: "/").last ?? "")) }
        return guess.map { "did you mean '\($0)'?" } ?? "send an IANA name such as 'Europe/Berlin', or 'UTC'"
    }

    /// Names of `zone1970.tab` and `zone.tab`, whose third column they are.
    private func listed() -> [String] {
        for directory in directories {
            for table in ["zone.tab", "zone1970.tab"] {
                guard let text = try? Files.start(of: directory + "/" + table, sizeBytesMax: Self.fileBytesMax) else {
                    continue
                }
                return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap { line in
                    line.split(separator: "\t").dropFirst(2).first.map(String.init)
                } + ["UTC"]
            }
        }
        return []
    }
}
