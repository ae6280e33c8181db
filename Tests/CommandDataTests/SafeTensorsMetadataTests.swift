import CommandData
import JSON
import Testing

@Suite struct SafeTensorsMetadataTests {
    private func file(_ head: String, size: Int? = nil) -> [UInt8] {
        let size = size ?? head.utf8.count
        return (0..<8).map { UInt8(truncatingIfNeeded: size >> (8 * $0)) } + Array(head.utf8) + [1, 2, 3, 4]
    }

    private let tensor = #""w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}"#

    @Test func anEntryIsAddedAndTensorsStay() throws {
        let plain = try SafeTensorsMetadata.adding("k", #"{"a":1}"#, to: file("{\(tensor)}"), path: "m")
        #expect(plain == file(#"{\#(tensor),"__metadata__":{"k":"{\"a\":1}"}}"#))
        let other = try SafeTensorsMetadata.adding(
            "k", "new", to: file(#"{"__metadata__":{"x":"y","k":"old"},\#(tensor)}"#), path: "m")
        #expect(other == file(#"{"__metadata__":{"x":"y","k":"new"},\#(tensor)}"#))
    }

    @Test func whatIsNotSafetensorsIsRefused() {
        for (bytes, fault) in [
            ([], "no head"), ([1, 2, 3], "no head"), (file("{}", size: 99), "no head"),
            (file("{}", size: -1), "no head"),
            (file("[]"), "not JSON"), (file("{\"a\":"), "not JSON"),
        ] {
            do throws(InputError) {
                _ = try SafeTensorsMetadata.adding("k", "", to: bytes, path: "m.bin")
                Issue.record("\(bytes) was taken")
            } catch {
                #expect(
                    error.description.hasPrefix("m.bin is not a safetensors file") && error.description.contains(fault))
            }
        }
    }
}
