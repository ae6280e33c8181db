import ModelFiles
import TestSupport
import Testing

@Suite struct SHA256Tests {
    /// FIPS 180-4's examples and NIST's long one.
    @Test func knownAnswers() {
        func hex(_ text: String) -> String { SHA256.hex(Array(text.utf8)) }
        #expect(hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(
            hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
                == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
        #expect(
            hex(String(repeating: "a", count: 1_000_000))
                == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    @Test func piecesGiveTheSameDigest() {
        var generator = SplitMix(state: 1)
        for size in [0, 1, 55, 56, 57, 63, 64, 65, 119, 120, 127, 128, 129, 1000] {
            let bytes = (0..<size).map { _ in UInt8.random(in: 0...255, using: &generator) }
            var pieces = SHA256()
            var rest = bytes[...]
            while !rest.isEmpty {
                let piece = rest.prefix(Int.random(in: 1...70, using: &generator))
                pieces.update(Array(piece))
                rest = rest.dropFirst(piece.count)
            }
            #expect(pieces.finalizeHex() == SHA256.hex(bytes))
        }
    }
}
