import JSON
import TestSupport
import Testing

/// What the binary says of itself, for a report of a fault.
@Suite struct VersionTests {
    private let names = ["commit", "swift", "instruction set", "processors", "memory", "openssl", "sqlite", "zlib"]

    private func output(_ arguments: [String], _ environment: [String: String] = [:]) throws -> String {
        let directory = try TemporaryDirectory()
        let process = try ChildProcess(arguments, in: directory, environment: environment)
        #expect(process.wait() == 0, "\(process.errors)")
        return process.output
    }

    @Test func aFactIsALine() throws {
        let text = try output(["--version"])
        let lines = text.split(separator: "\n").map(String.init)
        #expect(try output(["version"]) == text)
        #expect(lines.first?.hasPrefix("rondo ") == true && lines.count == names.count + 1, "\(text)")
        for (line, name) in zip(lines.dropFirst(), names) {
            #expect(line.hasPrefix(name + " ") && line.count > 17, "\(line)")
        }
        #expect(text.contains("OpenSSL 3."), "\(text)")
    }

    @Test func theSameAsJSON() throws {
        let text = try output(["version", "--json"])
        #expect(try output(["--version", "--json"]) == text)
        let json = try JSONParser.parse(text)
        #expect(json["name"]?.asString == "rondo" && (json["processors"]?.asInt ?? 0) > 0)
        let sets = json["instruction_sets"]?.asStrings ?? []
        #expect(sets.contains(json["instruction_set"]?.asString ?? "") && sets.contains("scalar"), "\(text)")
        for name in ["openssl", "sqlite", "zlib", "swift"] {
            #expect(json[name]?.asString?.contains { $0.isNumber } == true, "\(name)")
        }
        // A digest, with a "+" behind it where files had changed; null where the build was not told.
        if let commit = json["commit"]?.asString {
            let digits = commit.hasSuffix("+") ? commit.dropLast() : commit[...]
            #expect(digits.count == 40 && digits.allSatisfy(\.isHexDigit), "\(commit)")
        }
    }

    @Test func aForcedInstructionSetIsNamed() throws {
        let text = try output(["version", "--json"], ["RONDO_ISA": "scalar"])
        #expect(try JSONParser.parse(text)["instruction_set"]?.asString == "scalar")
    }
}
