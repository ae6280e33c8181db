package import HTTPServer
import ModelFiles
import Synchronization

/// The keys in force. Once keys were asked for they stay asked for: a ring that has become empty lets nobody in.
package final class KeyRing: Authenticator {
    private struct Entry: Sendable {
        let digest: [UInt8]
        let caller: Caller
    }

    private struct State: Sendable {
        var isEnforced = false
        var entries: [Entry] = []
    }

    private let state = Mutex(State())

    /// A ring without keys that asks for none yet.
    package init() {}

    /// Replaces the keys. What the holders of a key use goes on being counted.
    package func replace(_ keys: [AccessKey]) {
        state.withLock { state in
            let usages = Dictionary(state.entries.map { ($0.caller.name, $0.caller.usage) }) { first, _ in first }
            state.entries = keys.map { key in
                Entry(
                    digest: Self.bytes(key.sha256),
                    caller: Caller(
                        name: key.name, role: key.role, tenant: key.tenant,
                        usage: (usages[key.name] ?? nil) ?? ClientUsage()))
            }
            if !keys.isEmpty { state.isEnforced = true }
        }
    }

    /// Whether requests need a key: since the first key was read, even if all are taken away later.
    package var isEnforced: Bool { state.withLock { $0.isEnforced } }
    /// How many keys open something now.
    package var count: Int { state.withLock { $0.entries.count } }

    /// Who holds a key; nil for an unknown one. Compares digests in constant time.
    package func caller(key: Substring) -> Caller? {
        var hash = SHA256()
        hash.update(Array(key.utf8))
        let digest = hash.finalized()
        let entries = state.withLock { $0.entries }
        // Every entry and every byte is looked at, whatever is found.
        var found: Caller?
        for entry in entries where Self.areEqual(entry.digest, digest) { found = entry.caller }
        return found
    }

    /// Takes the same time wherever the bytes differ.
    static func areEqual(_ a: [UInt8], _ b: [UInt8]) -> Bool {
        guard a.count == b.count else { return false }
        var difference: UInt8 = 0
        for index in a.indices { difference |= a[index] ^ b[index] }
        return difference == 0
    }

    private static func bytes(_ hexadecimal: String) -> [UInt8] {
        let digits = Array(hexadecimal.utf8).map { $0 < 0x3A ? $0 - 0x30 : $0 - 0x57 }
        return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}
