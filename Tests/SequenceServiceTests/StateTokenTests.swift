import ModelFiles
import TestSupport
import Testing

import SequenceService

/// Sealed states: only what a server with the same keys has said is believed.
@Suite struct StateTokenTests {
    private static let digest = String(repeating: "ab", count: 32)

    private static func token(_ state: [UInt8] = [1, 2, 3]) -> StateToken {
        StateToken(model: "näme", version: 7, weightsSHA256: digest, steps: 12_345, state: state)
    }

    /// RFC 4231, test cases 1, 2 and 6.
    @Test func codesAreThoseOfTheStandard() {
        let cases: [(key: [UInt8], text: String, code: String)] = [
            (
                [UInt8](repeating: 0x0B, count: 20), "Hi There",
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
            ),
            (
                Array("Jefe".utf8), "what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
            ),
            (
                [UInt8](repeating: 0xAA, count: 131), "Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
            ),
        ]
        for (key, text, code) in cases {
            #expect(StateKeys.hexadecimal(MessageCode.code(Array(text.utf8), key: key)) == code)
        }
    }

    @Test func whatIsSealedIsOpened() throws {
        let directory = try TemporaryDirectory(), path = directory.path + "/state-keys.json"
        let keys = StateKeys(path: path)
        for state in [[], [0], [UInt8](0...255)] {
            let text = Self.token(state).sealed(by: try keys.signing())
            #expect(text.utf8.allSatisfy { "-_".utf8.contains($0) || $0 &- 0x30 < 10 || $0 | 0x20 &- 0x61 < 26 })
            #expect(try StateToken(text, keys: StateKeys(path: path)) == Self.token(state))
        }
    }

    @Test func anyChangeIsNoticed() throws {
        let directory = try TemporaryDirectory(), keys = StateKeys(path: directory.path + "/state-keys.json")
        let text = Self.token().sealed(by: try keys.signing())
        let bytes = try #require(Base64URL.bytes(text))
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 1
            let expected: StateToken.Refusal = index < 4 ? .notAState : index < 8 ? .unknownKey : .changed
            #expect(throws: expected) { try StateToken(Base64URL.text(changed), keys: keys) }
        }
        for count in 0..<bytes.count {
            #expect(throws: StateToken.Refusal.self) {
                try StateToken(Base64URL.text(Array(bytes.prefix(count))), keys: keys)
            }
        }
        for other in ["", "=", text + "=", "ü", text + " "] {
            #expect(throws: StateToken.Refusal.notAState) { try StateToken(other, keys: keys) }
        }
        #expect(throws: StateToken.Refusal.self) { try StateToken(text + "A", keys: keys) }
    }

    /// A file that does not read is the server's fault, and not the client's.
    @Test func damagedKeysAreNamed() throws {
        let directory = try TemporaryDirectory(), path = directory.path + "/state-keys.json"
        let key = try StateKeys(path: path).signing()
        let good = TemporaryDirectory.get(path)
        for index in good.indices {
            var bytes = good
            bytes[index] ^= 4
            try TemporaryDirectory.put(bytes, path)
            do {
                #expect(try StateKeys(path: path).signing() != key)
            } catch let error as ServiceError {
                guard case .damaged(let detail) = error else { throw error }
                #expect(detail.contains(path))
            }
        }
    }

    @Test func keysAreRotated() throws {
        let directory = try TemporaryDirectory(), path = directory.path + "/state-keys.json"
        let keys = StateKeys(path: path), other = StateKeys(path: path)
        let old = Self.token().sealed(by: try keys.signing())
        let first = try keys.signing(), second = try other.rotate()
        #expect(try keys.signing() == second && first != second, "read again")
        #expect(try StateToken(old, keys: keys) == Self.token(), "older keys are believed")
        try keys.rotate(keeping: 1)
        #expect(throws: StateToken.Refusal.unknownKey) { try StateToken(old, keys: other) }
        #expect(try StateToken(Self.token().sealed(by: second), keys: other) == Self.token())
        let alone = StateKeys(path: directory.path + "/others.json")
        _ = try alone.signing()
        #expect(throws: StateToken.Refusal.unknownKey) { try StateToken(old, keys: alone) }
    }
}
