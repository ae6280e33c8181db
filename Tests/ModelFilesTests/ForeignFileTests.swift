import Foundation
import ModelFiles
import Testing

/// What is sent in place of a safetensors file is known by its first bytes.
@Suite struct ForeignFileTests {
    /// A local header of a zip archive, with `name` and no data, and padding to where a directory would be.
    private static func zip(_ names: String..., padding: Int = 0) -> [UInt8] {
        names.flatMap { name -> [UInt8] in
            let count = UInt8(name.utf8.count)
            return [0x50, 0x4B, 3, 4, 0, 0] + [UInt8](repeating: 0, count: 20) + [count, 0, 0, 0] + Array(name.utf8)
        } + [UInt8](repeating: 0, count: padding)
    }

    private static let cases: [(ForeignFile, [UInt8])] = [
        (.torch, zip("model/data.pkl", "model/byteorder")),
        (.torch, zip("archive/version", padding: 100_000) + zip("archive/data.pkl")),
        (.torch, [0x80, 0x02, 0x8A, 0x0A]),
        (.torchScript, zip("m/data.pkl", "m/code/__torch__.py", "m/constants.pkl")),
        (.keras, zip("metadata.json", "config.json", "model.weights.h5")),
        (.npz, zip("arr_0.npy")), (.zip, zip("weights.safetensors")), (.zip, [0x50, 0x4B, 3, 4]),
        (.hdf5, [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0]),
        (.npy, [0x93] + Array("NUMPY".utf8) + [1, 0]),
        (.onnx, [0x08, 0x08, 0x12, 0x07] + Array("pytorch".utf8)), (.onnx, [0x08, 0x0A, 0x3A, 0x90, 0x01]),
        (.gguf, Array("GGUF".utf8) + [3, 0, 0, 0]), (.gzip, [0x1F, 0x8B, 8, 0]),
        (.tar, [UInt8](repeating: 0x61, count: 257) + Array("ustar".utf8)),
        (.pointer, Array("version https://git-lfs.github.com/spec/v1\noid sha256:0".utf8)),
        (.page, Array("\n<!DOCTYPE html>".utf8)), (.json, Array(#" {"task": "forecast"}"#.utf8)),
    ]

    @Test(arguments: cases.indices) func isKnown(index: Int) {
        let (kind, bytes) = Self.cases[index]
        #expect(ForeignFile(bytes) == kind)
        #expect(throws: (any Error).self) { try SafeTensorsFile(bytes) }
    }

    @Test func nothingIsSaidOfOtherBytes() {
        for bytes in [[], [0x80], [0x50, 0x4B], [8, 0, 0, 0], [UInt8](repeating: 7, count: 300), Array("hello".utf8)] {
            #expect(ForeignFile(bytes) == nil)
        }
    }

    /// Where Python can make the file, the remedy is three lines of it.
    @Test func remediesAreThreeLines() {
        for kind in ForeignFile.allCases {
            let lines = kind.remedy.split(separator: "\n")
            let isPython = lines.count > 1
            #expect(isPython == [.torch, .torchScript, .keras, .hdf5, .npz, .npy].contains(kind), "\(kind)")
            guard isPython else { continue }
            #expect(lines[1].hasPrefix("import ") && lines[3].hasPrefix("save_file("), "\(kind.remedy)")
        }
    }
}
