import Testing

/// What crosses a module says what it is.
@Suite struct DocumentationTests {
    private static let kinds = [
        "func ", "init", "var ", "let ", "struct ", "class ", "enum ", "protocol ", "actor ", "typealias ", "subscript",
    ]
    private static let modifiers = [
        "private(set) ", "internal(set) ", "fileprivate(set) ", "final ", "static ", "mutating ", "indirect ",
        "consuming ", "borrowing ", "convenience ", "nonisolated ",
    ]
    /// What a conformance asks for is described by its protocol.
    private static let required = [
        "var description: String", "var debugDescription: String", "func == ", "func hash(into", "func < ",
        "func encode(to", "init(from decoder", "var errorDescription", "init(nilLiteral", "init(booleanLiteral",
        "init(integerLiteral", "init(floatLiteral", "init(stringLiteral", "var member: OptionMember",
        "let rows = ", "let members = membersOfRows()", "var members: [AnswerMember]", "var longMember: ",
    ]
    /// Rows of options carry their own help, which docs/options.md shows.
    private static let optionRows = [
        "Option<", "ConditionalOption<", "Subgroup<", "PlannedSubgroup<", "ConditionalSubgroup<",
    ]
    /// Words that say nothing about a name.
    private static let empty: Set<String> = ["the", "a", "an", "of", "its", "this", "is", "in", "and", "for", "to"]

    private static func faults(_ file: SourceFile) -> [String] {
        file.lines.indices.compactMap { index in
            guard let declaration = declaration(file.lines[index]) else { return nil }
            if required.contains(where: { declaration.hasPrefix($0) }) || isOptionRow(declaration) { return nil }
            guard let text = documentation(file.lines, index) else {
                return "\(file.place(index)): no documentation of \(declaration.prefix(80))"
            }
            let name = declaration.split { "(:<{= ".contains($0) }.dropFirst().first.map(String.init) ?? ""
            guard !name.isEmpty, repeats(text, name) else { return nil }
            return "\(file.place(index)): the documentation of \(name) says no more than its name"
        }
    }

    /// A package declaration without attributes and modifiers; nil for every other line.
    private static func declaration(_ line: String) -> Substring? {
        var rest = line.drop { $0 == " " }
        while rest.hasPrefix("@"), let space = rest.firstIndex(of: " ") { rest = rest[space...].drop { $0 == " " } }
        guard rest.hasPrefix("package ") else { return nil }
        rest = rest.dropFirst("package ".count)
        while let modifier = modifiers.first(where: { rest.hasPrefix($0) }) { rest = rest.dropFirst(modifier.count) }
        return kinds.contains { rest.hasPrefix($0) } ? rest : nil
    }

    /// Whether a constant is an option row, whose initialiser asks for its help: made here, or by a function that
    /// passes the help on.
    private static func isOptionRow(_ declaration: Substring) -> Bool {
        guard declaration.hasPrefix("let "), let value = declaration.firstRange(of: " = ") else { return false }
        let type = declaration[..<value.lowerBound].firstRange(of: ": ")?.upperBound ?? value.upperBound
        return optionRows.contains { declaration[type...].hasPrefix($0) }
    }

    /// The doc comment above a line, attributes left out.
    private static func documentation(_ lines: [String], _ index: Int) -> String? {
        var text: [Substring] = []
        for line in lines[..<index].reversed().lazy.map({ $0.drop { $0 == " " } }) {
            if line.hasPrefix("///") {
                text.append(line.dropFirst(3))
            } else if !text.isEmpty || !(line.hasPrefix("@") || line.hasPrefix("// SAFETY") || line.hasPrefix("//")) {
                break
            }
        }
        return text.isEmpty ? nil : text.reversed().joined(separator: " ")
    }

    private static func repeats(_ text: String, _ name: String) -> Bool {
        let said = Set(SourceLine.words(text).map { $0.lowercased() }).subtracting(empty)
        return said.isSubset(of: WordingTests.humps(name))
    }

    @Test func everyPackageDeclarationIsDocumented() throws {
        let files = try SourceFile.checked(".swift").filter { $0.path.hasPrefix("Sources/") }
        #expect(files.reduce(0) { $0 + $1.lines.count { Self.declaration($0) != nil } } > 1000)
        for file in files { for fault in Self.faults(file) { Issue.record("\(fault)") } }
    }

    // MARK: The check itself

    @Test func whatIsNotDocumentedIsSeen() {
        func faults(_ text: String) -> Int { Self.faults(SourceFile(path: "a.swift", text: text)).count }
        #expect(faults("/// In seconds.\n@inlinable\npackage let a: Int") == 0)
        #expect(faults("/// One draw.\n// SAFETY: one thread.\n@frozen package struct A {") == 0)
        #expect(faults("package var description: String { \"\" }\nprivate let a = 1") == 0)
        #expect(faults("package let a = Option<Int>(\n    \"a\", .whole(1...9), \"In seconds.\")") == 0)
        #expect(faults("package let a: Option<Int> = field(\"a\", \"In seconds.\")") == 0)
        #expect(faults("package let a = Subgroup<Options>(\"a\")") == 0)
        #expect(faults("package let a: Option<Int>") == 1 && faults("package var a = Option<Int>(\"a\")") == 1)
        #expect(faults("package let a = Options(\"a\")") == 1)
        #expect(faults("/// In seconds.\n\npackage let a: Int") == 1)
        #expect(faults("package private(set) var a = 1") == 1)
        #expect(faults("@inline(__always) package static func a() {}") == 1)
        #expect(faults("/// The batch size.\npackage let batchSize = 1") == 1)
    }
}
