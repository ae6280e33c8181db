import Testing

/// One spelling and one word for one thing.
@Suite struct WordingTests {
    /// A range in words is "1 to 8"; Swift's own operators stand in code only.
    private static func ranges(_ file: SourceFile) -> [String] {
        file.lines.indices.compactMap { index in
            let line = file.lines[index]
            let comment = file.isSwift ? SourceLine(line).comment ?? "" : ""
            guard isRange(line[...], "…") || isRange(line[...], "–") || isRange(withoutCode(comment), "...")
            else { return nil }
            return "\(file.place(index)): a range is written \"1 to 8\""
        }
    }

    /// Whether `sign` stands between a letter or number and a number.
    private static func isRange(_ text: Substring, _ sign: String) -> Bool {
        text.ranges(of: sign).contains { range in
            let before = text[..<range.lowerBound].last { $0 != " " }
            let after = text[range.upperBound...].drop { $0 == " " }.prefix { $0.isLetter || $0.isNumber }
            return (before?.isLetter == true || before?.isNumber == true) && after.contains { $0.isNumber }
        }
    }

    /// A comment without what is in backticks; nothing of an example of code, which is indented.
    private static func withoutCode(_ comment: Substring) -> Substring {
        guard !comment.hasPrefix("     ") else { return "" }
        let parts = comment.split(separator: "`", omittingEmptySubsequences: false)
        return stride(from: 0, to: parts.count, by: 2).map { String(parts[$0]) }.joined(separator: " ")[...]
    }

    @Test func rangesAreSpeltInOneWay() throws {
        for file in try SourceFile.checked() where !file.path.hasPrefix("Tests/TidyTests/") {
            for fault in Self.ranges(file) { Issue.record("\(fault)") }
        }
    }

    /// Names that are not the field's: a judge evaluates, a walk is a pass, what was told is known.
    private static let foreignWords: Set<String> = ["judge", "judged", "worth", "walk", "retreat", "told"]

    /// Names of the code that have such a word, by humps and underscores.
    private static func foreignNames(_ file: SourceFile) -> [String] {
        file.lines.indices.flatMap { index -> [String] in
            let line = file.lines[index]
            let code = file.isSwift ? withoutStrings(SourceLine(line).code) : ""
            return SourceLine.words(code).filter { !Self.humps($0).isDisjoint(with: foreignWords) }.map {
                "\(file.place(index)): \($0) is not a word of the field"
            }
        }
    }

    private static func withoutStrings(_ code: Substring) -> String {
        let parts = code.split(separator: "\"", omittingEmptySubsequences: false)
        return stride(from: 0, to: parts.count, by: 2).map { String(parts[$0]) }.joined(separator: " ")
    }

    /// `weightTying` is weight and tying.
    static func humps(_ name: String) -> Set<String> {
        var words: [String] = [""]
        for character in name {
            if character == "_" || character.isUppercase { words.append("") }
            if character != "_" { words[words.count - 1] += character.lowercased() }
        }
        return Set(words)
    }

    @Test func namesAreWordsOfTheField() throws {
        for file in try SourceFile.checked(".swift") where !file.path.hasPrefix("Tests/TidyTests/") {
            for fault in Self.foreignNames(file) { Issue.record("\(fault)") }
        }
    }

    /// "It is no number" is not how English says it; "there is no number" is.
    private static func clumsyDenials(_ file: SourceFile) -> [String] {
        let meant: Set<Substring> = ["longer", "better", "worse", "more", "less", "larger", "such", "end"]
        return file.lines.indices.filter { index in
            let line = file.lines[index][...]
            return line.ranges(of: " is no ").contains { range in
                let before = line[..<range.lowerBound].split { !$0.isLetter }.last?.lowercased()
                let after = line[range.upperBound...].prefix { $0.isLetter }
                return before != "there" && !after.isEmpty && !meant.contains(after)
            }
        }.map { "\(file.place($0)): \"is no\" is written \"is not a\"" }
    }

    @Test func denialsAreEnglish() throws {
        for file in try SourceFile.checked() where !file.path.hasPrefix("Tests/TidyTests/") {
            for fault in Self.clumsyDenials(file) { Issue.record("\(fault)") }
        }
    }

    /// Whose jobs and models something is, is its tenant; `owner` is only what contracts call it: a member of JSON, an
    /// option, a column.
    private static func owners(_ file: SourceFile) -> [String] {
        var isCode = false
        return file.lines.indices.filter { index in
            let line = file.lines[index]
            if line.hasPrefix("```") { isCode.toggle() }
            let prose = file.isSwift ? SourceLine(line).comment ?? "" : isCode ? "" : line[...]
            return withoutCode(prose).lowercased().split { !$0.isLetter }.contains { ["owner", "owners"].contains($0) }
        }.map { "\(file.place($0)): the owner of jobs and models is a tenant" }
    }

    @Test func thoseWhoShareAreTenants() throws {
        let speaking = ["Sources/SequenceService/", "Sources/Store/", "Sources/rondo/"]
        let pages = try SourceFile.files(below: "docs") { $0.hasSuffix(".md") }
        let sources = try SourceFile.checked(".swift").filter { file in speaking.contains { file.path.hasPrefix($0) } }
        for file in try pages + sources + ["README.md", "CHANGELOG.md"].map(SourceFile.read) {
            for fault in Self.owners(file) { Issue.record("\(fault)") }
        }
    }

    // MARK: The checks themselves

    @Test func anOwnerIsSeen() {
        func faults(_ line: String, _ path: String) -> Int { Self.owners(SourceFile(path: path, text: line)).count }
        #expect(faults("/// The member `owner`: the tenant.\nlet owner = \"owner\"", "a.swift") == 0)
        #expect(faults("/// Those of other owners.", "a.swift") == 1)
        #expect(faults("```sh\nrondo keys add ann --owner ops\n```\n| `owner` | a landowner |", "a.md") == 0)
        #expect(faults("Each Owner has keys.", "a.md") == 1)
    }

    @Test func aClumsyDenialIsSeen() {
        func faults(_ line: String) -> Int { Self.clumsyDenials(SourceFile(path: "a.py", text: line)).count }
        #expect(faults("# There is no model; it is no longer there, and is not a number.") == 0)
        #expect(faults("throw Fault(\"\\(a) is no number\")") == 1)
    }

    @Test func anotherSpellingOfARangeIsSeen() {
        func faults(_ line: String) -> Int { Self.ranges(SourceFile(path: "a.swift", text: line)).count }
        #expect(faults("/// From 1 to 8; `1...8`, 2, 4 … and so on.") == 0)
        #expect(faults("for index in 1...8 {}  // each") == 0)
        #expect(faults("///     reader.int(in: 1...8)") == 0)
        #expect(faults("/// 0…19") == 1)
        #expect(faults("let help = \"1 – 8\"") == 1)
        #expect(faults("/// In 1...8.") == 1)
        #expect(faults("/// T1–T6, by Gram–Schmidt.") == 1 && faults("/// By Gram–Schmidt.") == 0)
    }

    @Test func aForeignNameIsSeen() {
        func faults(_ line: String) -> Int { Self.foreignNames(SourceFile(path: "a.swift", text: line)).count }
        #expect(faults("let sidewalk = evaluate(\"judge\")  // told") == 0)
        #expect(faults("func judgeAll() {}") == 1)
        #expect(faults("let is_told = true") == 1)
    }
}
