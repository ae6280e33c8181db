import ModelFiles
import System
import TestSupport
import Testing

@Suite struct DataFilesTests {
    @Test func contentNamesTheFile() throws {
        let files = try TemporaryDirectory()
        let data = DataFiles(root: files.path + "/data")
        try data.prepare()
        let name = try data.put([1, 2, 3])
        #expect(
            try name == SHA256.hex([1, 2, 3]) && data.put([1, 2, 3]) == name && data.get(name) == [1, 2, 3]
                && data.names() == [name])
        let path = data.root + "/" + name
        try TemporaryDirectory.put([1, 2, 4], path)
        #expect(throws: FileError.damaged(path: path, detail: "its SHA-256 is not its name")) { try data.get(name) }
        #expect(try data.put([1, 2, 3]) == name && data.get(name) == [1, 2, 3], "a damaged copy is replaced")
        for bad in ["../x", "", String(repeating: "g", count: 64), String(repeating: "A", count: 64), name + "0"] {
            #expect(throws: FileError.invalidName(name: bad)) { try data.get(bad) }
            #expect(throws: FileError.invalidName(name: bad)) { try data.remove(bad) }
        }
        let other = try data.put([])
        try data.removeUnused(keeping: [], olderThanSeconds: 3600)
        #expect(try data.names().count == 2, "young files stay")
        try data.removeUnused(keeping: [other], olderThanSeconds: 0)
        #expect(try data.names() == [other])
        try data.remove(other)
        #expect(throws: FileError.self) { try data.get(other) }
    }
}
