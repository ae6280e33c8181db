import System
import TestSupport
import Testing

@Suite struct FilesTests {
    @Test func noLinkOnTheWayIsFollowed() throws {
        let files = try TemporaryDirectory()
        try Files.makeDirectories(files.path + "/root/a/b")
        try TemporaryDirectory.put([7], files.path + "/root/a/b/f")
        try TemporaryDirectory.put([8], files.path + "/outside")
        try #require(symlink("a", files.path + "/root/link") == 0)
        try #require(symlink(files.path + "/outside", files.path + "/root/a/out") == 0)
        try #require(symlink("root", files.path + "/chosen") == 0)
        // The operator may make the root a link.
        for root in ["/root", "/chosen"] {
            #expect(try Files.open("a/b/f", below: files.path + root).read(sizeBytesMax: 9, "f") == [7])
        }
        for (place, link, code) in [("link/b/f", "link", ENOTDIR), ("a/out", "a/out", ELOOP)] {
            #expect(
                throws: FileError.io(operation: "open", path: files.path + "/root/" + link, errno: code)
            ) {
                _ = try Files.open(place, below: files.path + "/root")
            }
        }
        #expect(throws: FileError.notFound(path: files.path + "/root/a/c")) {
            _ = try Files.open("a/c/f", below: files.path + "/root")
        }
    }

    @Test func directoriesAreMadeForTheirUserAndRemovedWithAllInThem() throws {
        let files = try TemporaryDirectory()
        let outside = try files.write("kept", to: "outside")
        let path = files.path + "/x/y/z"
        try Files.makeDirectories(path)
        try Files.makeDirectories(path)
        #expect(Files.mode(files.path + "/x")?.bits == 0o700 && Files.mode(path)?.bits == 0o700)
        try #require(symlink(outside, path + "/link") == 0)
        try TemporaryDirectory.put([1], path + "/f")
        #expect(try Files.names(in: path) == ["f", "link"])
        try Files.removeTree(files.path + "/x")
        try Files.removeTree(files.path + "/x")
        #expect(TemporaryDirectory.tree(files.path) == ["outside"] && !Files.exists(path))
        #expect(TemporaryDirectory.get(outside) == Array("kept".utf8), "links are deleted, not followed")
        #expect(try Files.names(in: path).isEmpty)
        #expect(throws: FileError.self) { try Files.makeDirectories(outside + "/below") }
        #expect(throws: FileError.io(operation: "list", path: outside, errno: ENOTDIR)) {
            try Files.names(in: outside)
        }
    }

    @Test func theSystemsOwnFilesAreRead() throws {
        // proc(5): the process id, then the command in parentheses.
        #expect(try Files.start(of: "/proc/self/stat").hasPrefix("\(getpid()) ("))
        #expect(throws: FileError.notFound(path: "/proc/self/no")) { try Files.start(of: "/proc/self/no") }
    }

    @Test func parentsOfPaths() {
        #expect(["a/b/c", "/a", "a", "a/"].map(Files.parent) == ["a/b", "/", ".", "a"])
    }
}
