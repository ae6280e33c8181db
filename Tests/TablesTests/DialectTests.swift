import Tables
import Testing

/// A table that is written in a dialect is read back the same, whatever the pieces.
@Suite struct DialectTests {
    private static let cells: [[String]] = [
        ["Köln; Mitte", "2026-01-31", "1234.5", "", "ja"], ["a,\"b\"", "2026-02-28", "-0.25", "7", "nein"],
        ["zwei\nZeilen", "2026-03-31", "98765432.125", "8", "ja"], ["tab\tand | bar", "2026-04-30", "0.5", "9", "ja"],
    ]
    private static let names = ["Straße", "day", "amount", "count", "open"]

    private struct Writing {
        var separator: String, decimalMark: String, quotesAll: Bool, lineEnd: String, blanks: Bool

        /// The text of `cells`, numbers in the dialect.
        func text() -> String {
            let rows = DialectTests.cells.map { row in
                row.enumerated().map { $0.offset == 2 ? $0.element.replacing(".", with: decimalMark) : $0.element }
            }
            return ([DialectTests.names] + rows).map { row in
                row.map(cell).joined(separator: separator + (blanks ? " " : "")) + lineEnd
            }.joined()
        }

        private func cell(_ text: String) -> String {
            let needsQuotes = quotesAll || text.contains { separator.contains($0) || "\"\n\t|;,".contains($0) }
            return needsQuotes ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
        }
    }

    private func check(_ table: Table, _ writing: Writing) {
        #expect(table.columns.map(\.name) == Self.names, "\(writing)")
        #expect((0..<table.rowCount).map { table.columns[0].text($0) } == Self.cells.map { $0[0] }, "\(writing)")
        #expect((0..<table.rowCount).map { table.columns[1].text($0) } == Self.cells.map { $0[1] }, "\(writing)")
        #expect(table.columns[2].numbers == [1234.5, -0.25, 98_765_432.125, 0.5], "\(writing)")
        #expect(table.columns[3].isMissing(0) && table.columns[3].numbers.dropFirst() == [7, 8, 9], "\(writing)")
        #expect(table.columns[4].kind == .flag && table.columns[4].numbers == [1, 0, 1, 1], "\(writing)")
        #expect(table.doubts.isEmpty, "\(writing)")
    }

    @Test(arguments: [",", ";", "\t", "|"]) func aTableIsReadBack(separator: String) throws {
        for decimalMark in [".", ","] {
            for quotesAll in [false, true] where quotesAll || separator != decimalMark {
                for lineEnd in ["\n", "\r\n", "\r"] {
                    for blanks in [false, true] {
                        let writing = Writing(
                            separator: separator, decimalMark: decimalMark, quotesAll: quotesAll, lineEnd: lineEnd,
                            blanks: blanks)
                        let bytes = Array(writing.text().utf8)
                        for size in [1, 2, 3, 7, 64, .max] {
                            check(try Tables.read(bytes, pieceSizeBytes: size), writing)
                        }
                    }
                }
            }
        }
    }

    @Test func encodingsAreFound() throws {
        let text = "ort;wert\nKöln;1,5\nÄußerstes 𝄞;2,5\n", latin = "ort;wert\nKöln;1,5\nÄußerstes;2,5\n"
        func utf16(isLittle: Bool) -> [UInt8] {
            text.utf16.flatMap { unit -> [UInt8] in
                let (low, high) = (UInt8(unit & 0xFF), UInt8(unit >> 8))
                return isLittle ? [low, high] : [high, low]
            }
        }
        let bare = utf16(isLittle: true), little = [0xFF, 0xFE] + bare, big = [0xFE, 0xFF] + utf16(isLittle: false)
        for bytes in [Array(text.utf8), [0xEF, 0xBB, 0xBF] + Array(text.utf8), little, big, bare] {
            for size in [1, 3, .max] {
                let table = try Tables.read(bytes, pieceSizeBytes: size)
                #expect(table.columns.map(\.name) == ["ort", "wert"])
                #expect(table.columns[0].text(0) == "Köln" && table.columns[0].text(1) == "Äußerstes 𝄞")
                #expect(table.columns[1].numbers == [1.5, 2.5])
            }
        }
        let ansi = try Tables.read(latin.unicodeScalars.map { UInt8($0.value) })
        #expect(ansi.columns[0].text(0) == "Köln" && ansi.columns[0].text(1) == "Äußerstes")
    }

    @Test func numbersAreReadAsTheyAreWritten() throws {
        let cases: [(String, [Double])] = [
            ("a;b\n1.234,5;x\n2.345.678,25;y\n", [1234.5, 2_345_678.25]), ("a;b\n1 234,5;x\n2;y\n", [1234.5, 2]),
            ("a;b\n1\u{A0}234,5;x\n2\u{202F}345;y\n", [1234.5, 2345]), ("a;b\n1'234.5;x\n2;y\n", [1234.5, 2]),
            ("a;b\n12 %;x\n3,5%;y\n", [12, 3.5]), ("a;b\n\u{2212}3;x\n+4;y\n", [-3, 4]),
            ("a;b\n1e-3;x\n2E5;y\n", [1e-3, 2e5]),
            ("a\tb\n\"1,234.5\"\tx\n7\ty\n", [1234.5, 7]), ("a,b\n.5,x\n7.,y\n", [0.5, 7]),
        ]
        for (text, numbers) in cases {
            let table = try Tables.read(text)
            #expect(table.columns.first?.numbers == numbers, "\(text)")
        }
    }

    @Test func missingValuesHaveManyNames() throws {
        let marks = ["", "NA", "n/a", "NaN", "null", "NULL", "#N/A", "-", "--", "?", ".", "None", "\u{2013}", "<NA>"]
        let text = "a,b\n1,x\n" + marks.map { "\($0),x\n" }.joined()
        let column = try Tables.read(text.replacing("None", with: "nil")).columns[0]
        #expect(column.kind == .number && column.numbers.dropFirst().allSatisfy(\.isNaN), "\(column)")
        #expect(try Tables.read("a,b\nnone,1\nhalf,2\n").columns[0].text(0) == "none", "a value as often as not")
    }

    @Test func commentsAndEmptyLinesArePassedOver() throws {
        let table = try Tables.read("# exported 2026\n# by hand\na,b\n1,2\n\n3,4\n")
        #expect(table.columns.map(\.name) == ["a", "b"] && table.columns[0].numbers == [1, 3])
        #expect(table.lines == [4, 6], "lines are those of the file")
    }

    @Test func codesStayTexts() throws {
        let table = try Tables.read("a,b,c,d\n007,0x1F,1e5,2026\n012,0x2A,2e7,7\n")
        #expect(table.columns.map(\.kind) == [.text, .text, .text, .number])
        #expect(table.columns[0].text(0) == "007" && table.columns[2].text(1) == "2e7")
    }

    @Test func aHeaderIsNoRow() throws {
        for (text, names) in [
            ("1,2\n3,4\n", ["column 1", "column 2"]), ("a,b\n1,2\n", ["a", "b"]),
            ("name,word\nx,y\nx,z\n", ["name", "word"]),
            ("2026-01-01,5\n2026-01-02,6\n", ["column 1", "column 2"]), ("day,2020\n2026-01-01,5\n", ["day", "2020"]),
            ("21029627,21029628\n1,0\n0,3\n", ["21029627", "21029628"]),
            ("id,,b\nx,1,2\ny,3,4\n", ["id", "column 2", "b"]),
            ("1,2,3\n2,4,6\n3,6,9\n", ["column 1", "column 2", "column 3"]),
        ] { #expect(try Tables.read(text).columns.map(\.name) == names, "\(text)") }
        let said = try Tables.read("a,b\nc,d\n") { $0.hasHeader = false }
        #expect(said.rowCount == 2)
    }

    @Test func whatCouldBeMeantInTwoWaysIsAsked() throws {
        #expect(try Tables.doubt("a;b\n1,234;x\n2,345;y\n")?.option == "decimal")
        #expect(try Tables.doubt("a;b\n1,234;x\n2,34;y\n") == nil, "the second tells")
        #expect(
            try Tables.read("a;b\n1,234;x\n2,345;y\n") { $0.decimalMark = UInt8(ascii: ",") }.columns[0].numbers == [
                1.234, 2.345,
            ])
        let dates = "day,v\n01/02/2026,5\n02/02/2026,6.5\n03/02/2026,5\n"
        #expect(try Tables.doubt(dates)?.option == "dates")
        #expect(try Tables.doubt(dates.replacing("03/02", with: "13/02")) == nil)
        let american = try Tables.read(dates) { $0.dateForm = .monthDayYear }
        #expect(american.columns[0].text(0) == "2026-01-02" && american.doubts.isEmpty)
        #expect(try Tables.read("d,v\n31.12.2026,1\n01.01.2027,2\n").columns[0].text(0) == "2026-12-31")
    }

    @Test func faultsNameLineColumnAndCell() throws {
        let rows = (0..<3000).map { "\($0),\($0)\n" }.joined()
        #expect(
            throws: TableError.cell(line: 3002, column: "b", text: "zwölf", expected: "a number, as the others are")
        ) {
            try Tables.read("a,b\n" + rows + "1,zwölf\n")
        }
        #expect(throws: TableError.raggedRow(line: 3, found: 1, expected: 2)) { try Tables.read("a,b\n1,2\n3\n") }
        #expect(throws: TableError.strayQuote(line: 2)) { try Tables.read("a,b\n\"x\"y,2\n") { $0.separator = 0x2C } }
        #expect(throws: TableError.empty) { try Tables.read("a,b\n") }
        #expect(throws: TableError.empty) { try Tables.read("") }
        #expect(throws: TableError.notText(reason: "it has bytes of 0")) { try Tables.read([1, 2, 0, 0, 0, 7, 9, 0]) }
    }

    /// A wrong cell does not make a text of its column, which nothing would be learned from.
    @Test func oneWrongCellIsAFault() throws {
        let text = Tables.days(40, "date,sales") { $0 == 25 ? "zwölf" : "\($0 * 7 % 11)" }
        #expect(
            throws: TableError.cell(line: 27, column: "sales", text: "zwölf", expected: "a number, as the others are")
        ) {
            try Tables.read(text)
        }
        #expect(
            throws: TableError.cell(
                line: 27, column: "date", text: "2026-02-30", expected: "a date as the others (iso)")
        ) { try Tables.read(Tables.days(40, "date,sales") { "\($0)" }.replacing("2026-01-26", with: "2026-02-30")) }
    }

    /// What the sample did not show.
    @Test func aColumnThatBeginsLateIsRead() throws {
        let text = "a,b\n" + (0..<3000).map { "\($0),\n" }.joined() + "7,2.5\n8,\n"
        let column = try Tables.read(text).columns[1]
        #expect(column.kind == .number && column.count == 3002 && column.numbers[3000] == 2.5 && column.isMissing(0))
    }
}
