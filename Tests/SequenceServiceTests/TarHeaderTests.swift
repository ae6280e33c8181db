import SequenceService
import Testing

/// Headers of archives are read as they are written, and no other.
@Suite struct TarHeaderTests {
    @Test func headersAreReadAsTheyAreWritten() throws {
        let long = String(repeating: "a", count: 90)
        for path in ["a", "a/b", long + "/" + long, "models/" + long + "/1/model.safetensors"] {
            for size in [0, 1, 511, 512, 0o77_777_777_777, 0o77_777_777_777 + 1, 1 << 50] {
                let header = TarHeader(path: path, sizeBytes: size, changedAt: 1_800_000_000)
                let bytes = try #require(header.bytes)
                #expect(bytes.count == 512)
                #expect(try TarHeader.read(bytes) == header)
                #expect((size + TarHeader.paddingBytes(size)) % 512 == 0)
            }
        }
        #expect(TarHeader(path: String(repeating: "a", count: 101), sizeBytes: 0).bytes == nil)
        #expect(TarHeader(path: String(repeating: "a/", count: 200), sizeBytes: 0).bytes == nil)
        #expect(TarHeader(path: "", sizeBytes: 0).bytes == nil)
        #expect(try TarHeader.read([UInt8](repeating: 0, count: 512)) == nil)
    }

    @Test func aChangedByteIsRefused() throws {
        let bytes = try #require(TarHeader(path: "models/wave/1/model.json", sizeBytes: 12_345).bytes)
        for index in bytes.indices {
            var spoilt = bytes
            spoilt[index] = spoilt[index] ^ 1
            let header = try? TarHeader.read(spoilt)
            // The sum's own blanks say nothing.
            #expect(header == nil || header == (try? TarHeader.read(bytes)), "byte \(index)")
        }
    }
}
