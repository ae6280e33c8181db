import HTTPServer
import SequenceService
import Store
import Testing

@Suite struct KeyRingTests {
    @Test func onlyTheWholeKeyIsAKey() {
        let ring = KeyRing()
        #expect(!ring.isEnforced)
        let (text, key) = AccessKey.make(name: "a", role: .train)
        let (other, _) = AccessKey.make(name: "a", role: .train)
        #expect(text != other && !key.sha256.contains(text))
        ring.replace([key])
        #expect(
            ring.isEnforced && ring.caller(key: text[...])?.role == .train && ring.caller(key: text[...])?.name == "a")
        for wrong in [other, "", String(text.dropLast()), text + "A", key.sha256, text.uppercased()] {
            #expect(ring.caller(key: wrong[...]) == nil)
        }
    }

    /// A key that goes takes its holder's access with it, and the last one everybody's; what its holder used stays
    /// counted meanwhile.
    @Test func keysAreReplaced() {
        let ring = KeyRing()
        let (text, key) = AccessKey.make(name: "a", role: .predict)
        let (second, secondKey) = AccessKey.make(name: "b", role: .admin)
        ring.replace([key])
        let usage = ring.caller(key: text[...])?.usage
        ring.replace([key, secondKey])
        #expect(
            usage != nil && ring.caller(key: text[...])?.usage === usage
                && ring.caller(key: second[...])?.role == .admin)
        ring.replace([secondKey])
        #expect(ring.caller(key: text[...]) == nil)
        ring.replace([])
        #expect(ring.isEnforced && ring.caller(key: second[...]) == nil)
    }

    /// An admin without a tenant sees all, every other key what is its tenant's; without keys everybody is such an
    /// admin.
    @Test func whatAKeySeesIsItsTenants() {
        let ring = KeyRing()
        let keys = AccessRole.allCases.flatMap { role in
            ["", "ops"].map { AccessKey.make(name: "\(role)-\($0)", role: role, tenant: $0) }
        }
        ring.replace(keys.map(\.key))
        for (text, key) in keys {
            let expected: Scope = key.role == .admin && key.tenant.isEmpty ? .all : .tenant(key.tenant)
            #expect(ring.caller(key: text[...])?.scope == expected, "\(key.name)")
        }
        #expect(Caller.anybody.scope == .all && Caller.stranger.scope == .tenant(""))
    }

    @Test func rolesIncludeTheOnesBefore() {
        #expect(AccessRole.predict < .train && AccessRole.train < .admin && !(AccessRole.admin < .admin))
    }
}
