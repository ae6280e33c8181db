import Testing

/// What can be read in one sitting.
@Suite struct LayoutTests {
    private static let columnsMax = 120
    private static let functionLinesMax = 70
    private static let fileLinesMax = 320

    private static func longLines(_ file: SourceFile) -> [String] {
        file.lines.indices.filter { file.lines[$0].count > columnsMax }.map {
            "\(file.place($0)): \(file.lines[$0].count) columns, more than \(columnsMax)"
        }
    }

    private static func tooManyLines(_ file: SourceFile) -> [String] {
        file.lines.count <= fileLinesMax
            ? [] : ["\(file.path): \(file.lines.count) lines, more than \(fileLinesMax): it holds more than one noun"]
    }

    private static func longFunctions(_ file: SourceFile) -> [String] {
        functions(of: file).filter { $0.lines > functionLinesMax }.map {
            "\(file.place($0.start)): a function of \($0.lines) lines, more than \(functionLinesMax)"
        }
    }

    @Test func linesFitTheirColumns() throws {
        let files = try SourceFile.checked()
        #expect(files.count > 500)
        for file in files { for fault in Self.longLines(file) { Issue.record("\(fault)") } }
    }

    @Test func filesFitASitting() throws {
        for file in try SourceFile.checked() { for fault in Self.tooManyLines(file) { Issue.record("\(fault)") } }
    }

    @Test func functionsFitAScreen() throws {
        for file in try SourceFile.checked() { for fault in Self.longFunctions(file) { Issue.record("\(fault)") } }
    }

    // MARK: The checks themselves

    @Test func aLongLineIsSeen() {
        let line = String(repeating: "x", count: Self.columnsMax)
        #expect(Self.longLines(SourceFile(path: "a.c", text: line)) == [])
        #expect(Self.longLines(SourceFile(path: "a.c", text: line + "\n" + line + "y")).count == 1)
    }

    @Test func aLongFileIsSeen() {
        let text = String(repeating: "x\n", count: Self.fileLinesMax)
        #expect(Self.tooManyLines(SourceFile(path: "a.py", text: text)) == [])
        #expect(Self.tooManyLines(SourceFile(path: "a.py", text: text + "y\n")).count == 1)
    }

    @Test func aLongFunctionIsSeen() {
        let body = String(repeating: "        work()\n", count: Self.functionLinesMax - 1)
        let swift = "struct A {\n    package static func a(\n        b: Int\n    ) {\n" + body + "    }\n}\n"
        #expect(Self.longFunctions(SourceFile(path: "a.swift", text: swift)).count == 1)
        let c = "static int a(int b) {\n" + body + "}\n"
        #expect(Self.longFunctions(SourceFile(path: "a.c", text: c)).count == 1)
        let python = "class A:\n    def a(self):\n" + body + "\nx = 1\n"
        #expect(Self.longFunctions(SourceFile(path: "a.py", text: python)).count == 1)
        let short = "struct A {\n    func a() {\n        if true {\n        }\n    }\n    init() {}\n}\n"
        #expect(Self.functions(of: SourceFile(path: "a.swift", text: short)).map(\.lines) == [4, 1])
    }

    /// Where each function begins (from 0), and how many lines it has.
    private static func functions(of file: SourceFile) -> [(start: Int, lines: Int)] {
        if file.isSwift { return swiftFunctions(file) }
        if file.path.hasSuffix(".py") { return pythonFunctions(file) }
        if file.path.hasSuffix(".c") || file.path.hasSuffix(".h") { return cFunctions(file) }
        return []
    }

    /// swift format indents the closing brace as the beginning.
    private static func swiftFunctions(_ file: SourceFile) -> [(start: Int, lines: Int)] {
        let heads = ["func ", "init(", "init?(", "init<", "deinit ", "subscript("]
        let modifiers: Set<Substring> = [
            "package", "public", "private", "fileprivate", "internal", "static", "final", "override", "mutating",
            "consuming", "borrowing", "nonisolated", "convenience", "required",
        ]
        var found: [(start: Int, lines: Int)] = []
        for (index, line) in file.lines.enumerated() {
            let indent = line.prefix { $0 == " " }
            var rest = line.dropFirst(indent.count)
            while let word = rest.split(separator: " ", maxSplits: 1).first,
                modifiers.contains(word) || word.first == "@"
            {
                let length =
                    word.contains("(") ? (rest.firstIndex(of: ")").map { rest[...$0].count } ?? word.count) : word.count
                rest = rest.dropFirst(length).drop { $0 == " " }
            }
            guard heads.contains(where: { rest.hasPrefix($0) }) else { continue }
            if line.hasSuffix("}"), line.contains("{") {
                found.append((index, 1))
                continue
            }
            let end = file.lines[index...].firstIndex { $0 == indent + "}" || $0 == indent + "})" }
            if let end { found.append((index, end - index + 1)) }
        }
        return found
    }

    /// From a line at the margin that opens a brace to the next brace at the margin.
    private static func cFunctions(_ file: SourceFile) -> [(start: Int, lines: Int)] {
        var found: [(start: Int, lines: Int)] = []
        var start: Int?
        for (index, line) in file.lines.enumerated() {
            if line.first?.isLetter == true, line.contains("("), !line.contains("="), !line.hasSuffix(";") {
                start = index
            }
            if line.hasPrefix("}"), let first = start {
                found.append((first, index - first + 1))
                start = nil
            }
        }
        return found
    }

    /// From `def` to the next line that is not indented further.
    private static func pythonFunctions(_ file: SourceFile) -> [(start: Int, lines: Int)] {
        func indent(_ line: String) -> Int { line.prefix { $0 == " " }.count }
        var found: [(start: Int, lines: Int)] = []
        for (index, line) in file.lines.enumerated() where line.drop(while: { $0 == " " }).hasPrefix("def ") {
            let rest = file.lines[(index + 1)...]
            let end = rest.firstIndex { !$0.isEmpty && indent($0) <= indent(line) && $0.first != ")" } ?? rest.endIndex
            found.append((index, end - index))
        }
        return found
    }
}
