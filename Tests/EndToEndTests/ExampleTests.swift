import Foundation
import TestSupport
import Testing

/// The data of the examples are small, readable and enough; their scripts say what a machine lacks.
@Suite(.serialized) struct ExampleTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    @Test(arguments: ["shakespeare.txt", "surnames.ndjson", "airline.json"])
    func dataTrainsAsItIs(name: String) throws {
        let path = Self.root + "/Examples/" + name
        let size = TemporaryDirectory.get(path).count
        #expect(size > 500 && size < 100_000)
        let directory = try TemporaryDirectory()
        let check = try ChildProcess(["validate", path, "--data", directory.path + "/none"], in: directory)
        #expect(check.wait() == 0, "\(check.errors)")
        let readme = String(decoding: TemporaryDirectory.get(Self.root + "/Examples/README.md"), as: UTF8.self)
        #expect(readme.contains("`\(name)`"), "says where it comes from")
    }

    /// A machine without apt: the script names the packages of several systems and ends; with all there it goes on.
    @Test func withoutAptTheScriptSaysWhatToInstall() throws {
        let directory = try TemporaryDirectory()
        for tool in ["bash", "dirname", "uname", "id"] {
            let found = Shell.run("command -v \(tool)").output.split(separator: "\n").first.map(String.init) ?? ""
            try FileManager.default.createSymbolicLink(atPath: directory.path + "/" + tool, withDestinationPath: found)
        }
        for tool in ["swift", "curl"] { Shell.makeProgram(directory.path + "/" + tool) }
        func sourced(_ commands: String) -> (output: String, code: Int32) {
            Shell.run("PATH=\(directory.path) bash -c 'source \(Self.root)/Examples/setup.sh; \(commands)'")
        }
        let setup = "install_missing jq; echo on"
        let without = sourced(setup)
        #expect(without.code == 1 && without.output.hasPrefix("Missing: jq (Debian's names)"), "\(without)")
        for line in ["apt-get install jq", "dnf install jq", "pacman -S jq"] { #expect(without.output.contains(line)) }
        Shell.makeProgram(directory.path + "/jq")
        #expect(sourced(setup) == ("on\n", 0))
        let names = sourced("explain_missing libssl-dev zlib1g-dev")
        #expect(names.output.contains("dnf install openssl-devel zlib-devel"), "\(names)")
    }
}

extension Shell {
    /// An empty program.
    fileprivate static func makeProgram(_ path: String) {
        _ = run("printf '#!/bin/sh\\n' > \(path) && chmod +x \(path)")
    }
}
