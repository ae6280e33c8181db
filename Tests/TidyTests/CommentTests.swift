import Foundation
import Testing

/// A comment that names what is not there misleads.
@Suite struct CommentTests {
    /// What exists: names of files, and words of the code.
    private struct Known {
        var names: Set<String> = []
        var words: Set<String> = []
        var commands: Set<String> = []
    }

    private static let known = Result { () throws -> Known in
        var known = Known()
        known.words = foreign
        for file in try SourceFile.all.get() {
            known.names.insert(file.name)
            for line in file.lines {
                let text = file.isSwift ? SourceLine(line).code : line[...]
                known.words.formUnion(SourceLine.words(text))
                if let name = text.firstRange(of: "commandName: \"") {
                    known.commands.insert(String(text[name.upperBound...].prefix { $0 != "\"" }))
                }
            }
        }
        return known
    }

    /// Files that a text names by a path below the root, or as `Name.swift`, and that are not there.
    private static func missingFiles(_ text: some StringProtocol, _ names: Set<String>) -> [String] {
        let tops = ["Sources", "Tests", "Benchmarks", "Examples", "Clients", "docs", "config"]
        return Substring(text).split { !($0.isLetter || $0.isNumber || "_+./-{}*$".contains($0)) }.compactMap { word in
            var path = word
            while let last = path.last, "./-".contains(last) { path.removeLast() }
            if path.contains(where: { "{}*$".contains($0) }) { return nil }
            if let slash = path.firstIndex(of: "/"), tops.contains(String(path[..<slash])) {
                return FileManager.default.fileExists(atPath: SourceFile.root + "/" + path) ? nil : String(path)
            }
            let isFile = path.hasSuffix(".swift") || path.hasSuffix("_body.h")
            return !isFile || path.contains("/") || names.contains(String(path)) ? nil : String(path)
        }
    }

    /// Names in backticks that neither the code nor a text in it knows. A path of members is looked up one by one; what
    /// is not a name (an expression, a format) is left alone.
    private static func unknownNames(_ comment: Substring, _ known: Known) -> [String] {
        let parts = comment.split(separator: "`", omittingEmptySubsequences: false)
        guard parts.count >= 3 else { return [] }
        return stride(from: 1, to: parts.count - 1, by: 2).compactMap { index in
            let text = parts[index]
            if text.hasPrefix("rondo ") {
                let command = text.dropFirst("rondo ".count).prefix { $0.isLetter || $0 == "-" }
                return command.isEmpty || known.commands.contains(String(command)) ? nil : String(text)
            }
            let name = text.prefix { $0 != "(" && $0 != " " }
            guard name.first?.isLetter == true, name.allSatisfy({ $0.isLetter || $0.isNumber || "_.".contains($0) }),
                text.count == name.count || text.dropFirst(name.count).first == "("
            else { return nil }
            return name.split(separator: ".").allSatisfy { known.words.contains(String($0)) } ? nil : String(text)
        }
    }

    @Test func filesNamedInTextsExist() throws {
        let names = try Self.known.get().names
        for file in try SourceFile.checked() where !file.path.hasPrefix("Tests/TidyTests/") {
            for (index, line) in file.lines.enumerated() {
                // What is not Swift is scripts, whose commands name files as comments do.
                let text = file.isSwift ? SourceLine(line).comment ?? "" : line[...]
                for path in Self.missingFiles(text, names) {
                    Issue.record("\(file.place(index)): there is no \(path)")
                }
            }
        }
    }

    @Test func namesInBackticksExist() throws {
        let known = try Self.known.get()
        for file in try SourceFile.checked(".swift") where !file.path.hasPrefix("Tests/TidyTests/") {
            for (index, line) in file.lines.enumerated() where line.contains("`") {
                guard let comment = SourceLine(line).comment else { continue }
                for name in Self.unknownNames(comment, known) {
                    Issue.record("\(file.place(index)): the code has no `\(name)`")
                }
            }
        }
    }

    /// Names of the systems below, of formats and of formulas that no code here says.
    private static let foreign: Set<String> = [
        // Linux
        "fs", "epoll", "max_user_watches", "net", "core", "somaxconn",
        // ONNX, and RFC 3986's grammar
        "ModelProto", "GraphProto", "NodeProto", "TensorProto", "DataType", "ValueInfoProto", "AttributeProto", "Gemm",
        "IPv4address", "IPv6address",
        // PyTorch, and tensors of files, whose names are put together
        "multi_margin_loss", "l0_reverse", "kernel_l0", "recurrent_kernel_l0_reverse", "bias_l1",
        "weight_ih_l0_reverse", "NA",
        // Browsers
        "fetch",
    ]

    // MARK: The checks themselves

    @Test func aMissingFileIsSeen() {
        let names: Set = ["Here.swift"]
        #expect(Self.missingFiles("see Here.swift, and Tests/TidyTests/CommentTests.swift.", names) == [])
        #expect(Self.missingFiles("see Gone.swift", names) == ["Gone.swift"])
        #expect(Self.missingFiles("run Tests/Gone/run.sh --all", names) == ["Tests/Gone/run.sh"])
        #expect(Self.missingFiles("HTTP/Tests, a/b.swift", names) == [])
    }

    @Test func aNameThatIsGoneIsSeen() {
        let known = Known(words: ["Planner", "plan"], commands: ["serve"])
        #expect(Self.unknownNames(" As `Planner.plan(request:)` and `rondo serve` do, `x + 1`.", known) == [])
        #expect(Self.unknownNames(" As `Planner.gone` does.", known) == ["Planner.gone"])
        #expect(Self.unknownNames(" `rondo gone`", known) == ["rondo gone"])
    }

    @Test func aCommentIsFoundBehindStrings() {
        #expect(SourceLine(#"let a = "http://b" // why"#).comment == " why")
        #expect(SourceLine(##"let a = #"{"b":"//"}"#"##).comment == nil)
        #expect(SourceLine(#"let a = "\"//""#).comment == nil)
        #expect(SourceLine("/// What it is.").comment == " What it is.")
    }
}
