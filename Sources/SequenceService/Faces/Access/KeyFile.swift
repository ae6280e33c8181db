import HTTPServer
import JSON
import ModelFiles
import System

/// The file of keys, readable by its user only:
/// `{"keys":[{"name":"ci","role":"train","owner":"ops","sha256":"…","created_at":"…"}],"sha256":"…"}`.
///
/// `owner` is the tenant; a key without it is of the unnamed one. The digest at the end is of the list: a key whose
/// tenant or role damage has changed is not believed. A file written by hand has none.
package struct KeyFile: Sendable {
    /// Keys of one file at most.
    package static let keyCountMax = 1024
    private static let sizeBytesMax = 1 << 20

    /// Where the file is, or would be.
    package let path: String

    /// A file that need not be there; nothing is read yet.
    package init(path: String) { self.path = path }

    /// Whether there is such a file now.
    package var exists: Bool { Files.mode(path) != nil }

    /// Refuses a file that others can read or write: who writes it has all keys. A group may read a file of root's, as
    /// Kubernetes mounts secrets for a process that is not root.
    ///
    /// - Throws: `ConfigurationError` with the command that mends it. A missing file is for `read` to tell.
    package func checkMode() throws(ConfigurationError) {
        guard let facts = Files.mode(path) else { return }
        let isOfRoot = facts.userID == 0 && geteuid() != 0
        guard facts.bits & (isOfRoot ? 0o037 : 0o077) != 0 else { return }
        let mode = String(facts.bits, radix: 8)
        throw fault("other users can read or write it (mode \(mode)): chmod 600 \(path)")
    }

    /// - Throws: `ConfigurationError` that says what is wrong where; never a digest.
    package func read() throws(ConfigurationError) -> [AccessKey] {
        let json: JSONValue
        do {
            json = try JSONParser.parse(
                AtomicFile.read(path: path, sizeBytesMax: Self.sizeBytesMax, followingLinks: true))
        } catch {
            throw ConfigurationError(description: "keys_file \(path): \(error)")
        }
        guard let list = json["keys"]?.elements,
            json.object?.members.count == (json["sha256"] == nil ? 1 : 2)
        else { throw fault("must be {\"keys\": [...]}") }
        if let digest = json["sha256"], digest.asString != Self.digest(.array(list)) {
            throw fault(
                "its keys are not those that rondo keys wrote: the file is damaged; if you have changed it yourself, "
                    + "take the last member, \"sha256\", out")
        }
        guard list.count <= Self.keyCountMax else { throw fault("more than \(Self.keyCountMax) keys") }
        var keys: [AccessKey] = []
        for (index, item) in list.enumerated() {
            let place = "/keys/\(index)"
            guard let name = item["name"]?.asString, ModelName.isValid(name) else {
                throw fault("\(place)/name: \(ModelName.pattern) is needed")
            }
            guard !keys.contains(where: { $0.name == name }) else { throw fault("\(place)/name: a second key \(name)") }
            guard let role = item["role"]?.asString.flatMap(AccessRole.init(rawValue:)) else {
                throw fault("\(place)/role: must be predict, train or admin")
            }
            let tenant = item["owner"].map { $0.asString ?? "" }
            guard tenant.map(ModelName.isValid) ?? true else {
                throw fault("\(place)/owner: \(ModelName.pattern) is needed, or none")
            }
            guard let digest = item["sha256"]?.asString, digest.utf8.count == 64,
                digest.utf8.allSatisfy({ $0 &- 0x30 < 10 || $0 &- 0x61 < 6 })
            else { throw fault("\(place)/sha256: 64 lower-case hexadecimal digits are needed") }
            keys.append(
                AccessKey(
                    name: name, role: role, tenant: tenant ?? "", sha256: digest,
                    createdAt: item["created_at"]?.asString ?? ""))
        }
        return keys
    }

    private func fault(_ text: String) -> ConfigurationError {
        ConfigurationError(description: "keys_file \(path): \(text)")
    }

    /// Reads, changes and replaces the file; one process at a time.
    package func update(_ change: (inout [AccessKey]) throws -> Void) throws {
        let slash = path.lastIndex(of: "/")
        if let slash, slash > path.startIndex { try Files.makeDirectories(String(path[..<slash])) }
        let lock = try locked()
        defer { extendLifetime(lock) }
        var keys = exists ? try read() : []
        try change(&keys)
        guard keys.count <= Self.keyCountMax else { throw fault("more than \(Self.keyCountMax) keys") }
        let list = JSONValue.array(keys.map(Self.json))
        let json: JSONValue = ["keys": list, "sha256": .string(Self.digest(list))]
        try AtomicFile.write(Array((json.text + "\n").utf8), to: path, mode: 0o600)
    }

    /// A file beside it that one process at a time has.
    private func locked() throws(ConfigurationError) -> FileDescriptor {
        do throws(FileError) {
            let lock = try FileDescriptor.open(path + ".lock", O_RDWR | O_CREAT)
            try lock.lock(path + ".lock")
            return lock
        } catch {
            throw ConfigurationError(description: "keys_file: \(error)")
        }
    }

    private static func digest(_ list: JSONValue) -> String { SHA256.hex(Array(list.text.utf8)) }

    private static func json(_ key: AccessKey) -> JSONValue {
        var members: JSONObject = ["name": .string(key.name), "role": .string(key.role.rawValue)]
        if !key.tenant.isEmpty { members.append("owner", .string(key.tenant)) }
        members.append("sha256", .string(key.sha256))
        members.append("created_at", .string(key.createdAt))
        return .object(members)
    }
}
