import Tables
import Testing

/// What is read is what is written, on the fast ways and on the others, and wherever pieces are cut.
@Suite struct ReaderTests {
    /// Draws that are the same at each run (Knuth's constants, MMIX).
    private struct Draw {
        private var state: UInt64

        init(_ seed: UInt64) { state = seed }

        mutating func below(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }

        mutating func digits(_ count: Int) -> String { (0..<count).map { _ in "\(below(10))" }.joined() }
    }

    private func read(_ texts: [String]) throws -> [Double] {
        try Tables.read("number,name\n" + texts.map { "\($0),x\n" }.joined()).columns[0].numbers
    }

    /// The oracle is the C library's reader of numbers.
    @Test func numbersAreTheNearest() throws {
        var draw = Draw(1), texts = ["0.5", "1e22", "9007199254740993", "9007199254740992.5", "-0", "4.9e-324"]
        for length in 1...40 {
            for _ in 0..<60 {
                let point = draw.below(length + 1), digits = draw.digits(length)
                let text = digits.prefix(point) + "." + digits.dropFirst(point)
                let exponent = draw.below(4) == 0 ? "e\(draw.below(80) - 40)" : ""
                texts.append((draw.below(2) == 0 ? "-" : "") + text + exponent)
            }
        }
        let found = try read(texts)
        for (text, number) in zip(texts, found) {
            #expect(number.bitPattern == Double(text)?.bitPattern, "\(text)")
        }
    }

    /// In the middle between two doubles the last digit decides, wherever it is.
    @Test func moreDigitsThanFitDecide() throws {
        // 2^53 + 1 is in the middle; the doubles beside it are 2^53 and 2^53 + 2.
        let middle = "9007199254740993", zeros = String(repeating: "0", count: 30)
        #expect(try read(["\(middle).\(zeros)", "\(middle).\(zeros)1"]) == [0x1p53, 0x1p53 + 2])
        #expect(try read(["0.5", "\(middle)\(zeros)1e-31"]) == [0.5, 0x1p53 + 2])
    }

    /// Quotes, separators and line ends in cells, blanks, CR LF: the table is the same wherever pieces are cut.
    @Test(arguments: [1, 2, 3]) func piecesDoNotMatter(seed: UInt64) throws {
        var draw = Draw(seed)
        let parts = ["a", "\"\"", ",", "\n", "\r\n", "ä", " ", "12", "€", "\r", "-", "longer than eight bytes"]
        let names = (0..<40).map { _ in (0..<1 + draw.below(6)).map { _ in parts[draw.below(parts.count)] }.joined() }
        let rows = (0..<300).map { row in
            let end = ["\n", "\r\n"][draw.below(2)], blank = ["", "  "][draw.below(2)]
            let date = Tables.day(row) + (draw.below(3) == 0 ? "T12:00" : "")
            let amount = "\(draw.below(1000)).\(draw.below(10))"
            return "\"x\(names[draw.below(names.count)])\"\(blank),\(blank)\(date),\"\(amount)\"\(end)"
        }
        let bytes = Array(("name,day,amount\n" + rows.joined()).utf8)
        let whole = try Tables.read(bytes) { $0.separator = UInt8(ascii: ",") }
        #expect(whole.rowCount == 300)
        for size in [1, 2, 3, 5, 7, 8, 9, 16, 63, 64, 65, 1000] {
            let table = try Tables.read(bytes, pieceSizeBytes: size) { $0.separator = UInt8(ascii: ",") }
            #expect(table.lines == whole.lines, "\(size)")
            for (column, other) in zip(table.columns, whole.columns) {
                #expect(column.kind == other.kind && column.numbers == other.numbers, "\(size), \(column.name)")
                #expect((0..<300).allSatisfy { column.text($0) == other.text($0) }, "\(size), \(column.name)")
            }
        }
        for row in 0..<300 {
            let text = whole.columns[0].text(row) ?? ""
            #expect(names.contains { "x" + $0.replacing("\"\"", with: "\"") == text }, "\(text)")
        }
    }

    /// Dates of numbers are read from their bytes, others as texts; both say the same.
    @Test func datesReadFromBytesAreThoseOfTexts() throws {
        var draw = Draw(7)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let clocks = ["", "T03:05", "T03:05:09", "T03:05:09.5", "T03:05:09.123456", "T03:05:09Z", "T03:05Z"]
        let forms: [(DateForm, (Int, Int, Int) -> String)] = [
            (.iso, { "\($0)-\(two($1))-\(two($2))" }), (.yearMonthDay, { "\($0)/\($1)/\(two($2))" }),
            (.dayMonthYear, { "\(two($2)).\(two($1)).\($0)" }), (.monthDayYear, { "\($1)/\($2)/\($0)" }),
            (.compact, { "\($0)\(two($1))\(two($2))" }), (.dayMonthYear, { "\($2).\($1).\(two($0 % 100))" }),
        ]
        for (form, write) in forms {
            for clock in form == .compact ? [""] : form == .iso ? clocks : Array(clocks.prefix(5)) {
                for separator in ["T", " "] {
                    let cells = (0..<50).map { row in
                        // The first days tell which number is the month.
                        let day = row < 3 ? 28 - row : 1 + draw.below(28)
                        return write(1970 + draw.below(99), 1 + draw.below(12), day)
                            + clock.replacing("T", with: separator)
                    }
                    let table = try Tables.read("day,v\n" + cells.map { "\($0),1.5\n" }.joined()) { $0.dateForm = form }
                    #expect(table.columns[0].kind == .time(form), "\(cells[0])")
                    for (row, cell) in cells.enumerated() {
                        #expect(table.columns[0].text(row) == form.iso(cell), "\(cell)")
                    }
                }
            }
        }
    }

    @Test func datesOfSeveralWritingsStayAsTheyAre() throws {
        let cells = ["2026-01-01", "", "2026-01-02T05:00", "2026-01-03 05:00:00.25", "2026-01-04T00:00:00+01:00", "NA"]
        let column = try Tables.read("day,v\n" + cells.map { "\($0),1\n" }.joined()).columns[0]
        #expect(column.isTime)
        #expect((0..<6).map { column.text($0) ?? "" } == cells.map { $0 == "NA" ? "" : $0 })
        #expect(column.isMissing(1) && column.isMissing(5) && !column.isMissing(4))
    }

    @Test func manyDifferentTextsAreKept() throws {
        let rows = (0..<20_000).map { row in row % 7 == 3 ? "NA" : "name \(row * 7919 % 15_013)" }
        let column = try Tables.read("name,v\n" + rows.map { "\($0),2\n" }.joined()).columns[0]
        #expect(rows.indices.allSatisfy { (column.text($0) ?? "NA") == rows[$0] })
        #expect(Set(column.texts.codes).count == Set(rows).count)
    }

    /// The line of a fault is that of the file, also behind cells of several lines and empty lines.
    @Test func linesOfRowsAreThoseOfTheFile() throws {
        #expect(try Tables.read("a,b\n1,x\n\n2,\"y\nz\"\n3,w\n\n\n4,v\n").lines == [2, 4, 6, 9])
    }

    /// A size that is wrong, as of a file that grows, changes the room only.
    @Test(arguments: [0, 10, 100_000_000]) func theSizeIsAHint(sizeBytes: Int) throws {
        let text = "day,v\n" + (0..<60_000).map { "\(Tables.day($0 % 365)),\($0)\n" }.joined()
        var builder = TableBuilder(sizeBytes: sizeBytes), bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            try builder.feed(Array(bytes.prefix(50_000)))
            bytes = bytes.dropFirst(50_000)
        }
        #expect(try builder.finish().columns[1].numbers == (0..<60_000).map { Double($0) })
    }
}
