import Tables
import Testing

/// Tables as programs and people write them: what would be misread unnoticed is read right, asked about or refused.
@Suite struct StrangeTableTests {
    private static let days = (0..<40).map { Tables.day($0) }
    private static let german = (0..<40).map { day in
        let parts = Tables.day(day).split(separator: "-")
        return "\(parts[2]).\(parts[1]).\(parts[0])"
    }

    private func values(_ text: String) throws -> [Double] { try Tables.read(text).columns[1].numbers }

    private func table(_ header: String, _ dates: [String] = days, _ cell: (Int) -> String) -> String {
        let mark = header.contains(";") ? ";" : ","
        return header + "\n" + dates.enumerated().map { "\($1)\(mark)\(cell($0))\n" }.joined()
    }

    @Test func unitsAndCurrenciesAreNoTexts() throws {
        let cases: [(String, String)] = [
            (table("Datum;P", Self.german) { "\($0),5 kW" }, "kW"),
            (table("Datum;P", Self.german) { "\($0),5kWh" }, "kWh"),
            (table("Datum;P", Self.german) { "€ \($0),50" }, "€"),
            (table("Datum;P", Self.german) { "\($0),5 EUR" }, "EUR"),
            (table("day,P") { "$\($0).50" }, "$"), (table("day,P") { "\"£\($0).5\"" }, "£"),
            (table("day,P") { "\($0).5 °C" }, "°C"), (table("day,P") { "\($0).5k" }, "k"),
        ]
        for (text, unit) in cases {
            #expect(try values(text) == (0..<40).map { Double($0) + 0.5 }, "\(unit)")
            #expect(try Tables.roles(text).hasSuffix("(daily), target: P (\(unit))"), "\(unit)")
        }
        let losses = table("day,P") { $0 % 2 == 0 ? "-$\($0 + 1).5" : "$(\($0 + 1).5)" }
        #expect(try values(losses) == (0..<40).map { -Double($0) - 1.5 })
        let mixed = table("day,P") { $0 == 30 ? "3 MW" : "\($0) kW" }
        #expect(
            throws: TableError.cell(
                line: 32, column: "P", text: "3 MW", expected: "a number in kW, as the others are")
        ) { try Tables.read(mixed) }
        #expect(try Tables.read(table("day,P") { "store_\($0)" }).columns[1].kind == .text)
        #expect(try Tables.read(table("day,P") { "\($0 % 7)\(["A", "B"][$0 % 2])" }).columns[1].kind == .text)
    }

    @Test func numbersOfBookkeepersAndCountries() throws {
        let cases: [(String, (Int) -> String, Double)] = [
            ("day,v", { "(\($0 + 1).25)" }, -1), ("Datum;v", { "\($0 + 1),25-" }, -1),
            ("Datum;v", { "1\u{2019}00\($0 % 9 + 1).25" }, 0), ("day,v", { "\"1,00,00\($0 % 9 + 1).25\"" }, 0),
            ("day;v", { "\u{A0}\($0 + 1).25\u{A0}" }, 1),
        ]
        for (header, cell, sign) in cases {
            let found = try values(table(header) { cell($0) })
            let small = (0..<40).map { Double($0 % 9) + 1.25 }
            let expected: [Double]
            switch sign {
            case 0 where cell(0).hasPrefix("\""): expected = small.map { $0 + 100_000 }
            case 0: expected = small.map { $0 + 1000 }
            default: expected = (0..<40).map { sign * (Double($0) + 1.25) }
            }
            #expect(found == expected, "\(cell(0))")
        }
        #expect(try Tables.read("a,b\n\"1,23,45\",x\n\"2,34,56\",y\n").columns[0].kind == .text, "the last has three")
    }

    @Test func thousandsWithAPointAreAskedAbout() throws {
        let text = table("Datum;Menge", Self.german) { "\($0 % 9 + 1).\($0 * 13 % 900 + 100)" }
        #expect(try Tables.doubt(text)?.option == "decimal")
        #expect(try Tables.doubt(text.replacing(";1.", with: ";1,5").replacing(".2026", with: ".2026")) == nil)
        let commas = table("Datum;Menge", Self.german) { "\($0 % 9 + 1),\($0 * 13 % 900 + 100)" }
        #expect(try Tables.doubt(commas)?.option == "decimal", "dates have points and tell nothing of numbers")
        #expect(try Tables.doubt(table("day,v") { "\($0 + 1).\($0 * 13 % 900 + 100)" }) == nil, "three decimals")
    }

    @Test func namesThatLookLikeNumbersStayTexts() throws {
        let long = try Tables.read(table("day,account") { "\(9_007_199_254_740_993 + $0)" }).columns[1]
        #expect(long.kind == .text && long.text(0) == "9007199254740993" && long.text(1) == "9007199254740994")
        let zeros = try Tables.read(table("day,store") { ["007", "7", "0123"][$0 % 3] }).columns[1]
        #expect(zeros.kind == .text && zeros.text(0) == "007" && zeros.text(1) == "7")
        #expect(try Tables.read(table("day,v") { "0.\($0)" }).columns[1].kind == .number)
    }

    @Test func datesInSeveralFormsAreAFault() throws {
        let text =
            "date,sales\n" + (0..<40).map { "\($0 < 20 ? Self.days[$0] : Self.german[$0]),\($0 * 7 % 11)\n" }.joined()
        #expect(
            throws: TableError.cell(
                line: 22, column: "date", text: "21.01.2026", expected: "a date as the others (iso)")
        ) { try Tables.read(text) }
    }

    @Test func weeksAndMonthsInDigitsAreTimes() throws {
        func week(_ row: Int) -> String { "2026-W\(row < 9 ? "0" : "")\(row + 1)" }
        #expect(
            try Tables.roles("week,sales\n" + (0..<40).map { "\(week($0)),\(Tables.noise($0))\n" }.joined())
                == "time: week (weekly), target: sales")
        #expect(try Tables.read("week,sales\n2026-W01,3\n2026-W53,5\n").columns[0].text(1) == "2026-12-28")
        let months = (0..<24).map { "\(2024 + $0 / 12)\($0 % 12 < 9 ? "0" : "")\($0 % 12 + 1),\(Tables.noise($0))\n" }
        #expect(
            try Tables.roles("month,sales\n" + months.joined()) == "time: month (monthly), target: sales")
        let names = ["Jan", "Feb", "Mär", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez"]
        let german = (0..<24).map { "\(names[$0 % 12]) \(2024 + $0 / 12);\($0 * 7 % 11)\n" }
        #expect(try Tables.roles("Monat;Menge\n" + german.joined()) == "time: Monat (monthly), target: Menge")
        #expect(try Tables.read("name,v\ndecor 2012,1\nmarble 2013,2\n").columns[0].kind == .text)
    }

    @Test func headersAreNoOthers() throws {
        let rows = table("date,sales") { "\($0 * 7 % 11)" }
        #expect(throws: TableError.title(text: "Sales 2026")) { try Tables.read("Sales 2026\n" + rows) }
        let ends = rows.replacing("\n", with: ",\n").replacing("date,sales,", with: "date,sales")
        #expect(try Tables.roles(ends) == "time: date (daily), target: sales, left out: column 3 (empty)")
        let twice = table("date,sales,sales") { "\($0 * 7 % 11),\($0 * 5 % 13)" }
        #expect(try Tables.doubt(twice)?.answers == ["sales", "sales (column 3)"])
        #expect(
            try Tables.roles(twice, [.target: ["sales (column 3)"]])
                == "time: date (daily), target: sales (column 3), known up to now: sales")
        let excel = try Tables.read("sep=|\r\n" + rows.replacing(",", with: "|"))
        #expect(excel.columns.map(\.name) == ["date", "sales"] && excel.lines[0] == 3)
        #expect(throws: TableError.blanksBetweenCells) { try Tables.read(rows.replacing(",", with: "  ")) }
    }

    @Test func numbersForMissingValuesAreAskedAbout() throws {
        let text = table("day,temp") { $0 % 9 == 4 ? "-999" : "\($0 % 7).5" }
        #expect(try Tables.doubt(text)?.answers == ["-999", "none"])
        let cleared = try Tables.read(text) { $0.missingNumbers = [-999] }
        #expect(cleared.doubts.isEmpty && cleared.columns[1].isMissing(4) && !cleared.columns[1].isMissing(5))
        #expect(try Tables.read(text) { $0.missingNumbers = [] }.doubts.isEmpty)
        #expect(try Tables.doubt(table("day,sales") { "\(($0 * 37) % 1000)" }) == nil)
        #expect(try Tables.doubt(table("day,sales") { $0 == 4 ? "9999" : "\($0)" }) == nil, "once is a value")
    }
}

extension StrangeTableTests {
    /// The sample has ASCII alone, and what comes behind it is Windows-1252 or UTF-8.
    @Test(arguments: [true, false]) func lettersBehindTheSampleAreRead(isUTF8: Bool) throws {
        let rows = (0..<120_000).map { "name \($0),\($0)\n" }.joined()
        let last: [UInt8] = isUTF8 ? Array("Köln".utf8) : [0x4B, 0xF6, 0x6C, 0x6E]
        let bytes = Array(("name,v\n" + rows).utf8) + last + Array(",7\n".utf8)
        for size in [1000, 262_144, 999_983] {
            let table = try Tables.read(bytes, pieceSizeBytes: size)
            #expect(table.columns[0].text(120_000) == "Köln" && table.columns[1].numbers.last == 7)
        }
        guard isUTF8 else { return }
        #expect(throws: TableError.self) {
            try Tables.read(
                bytes + [UInt8](repeating: 0x0A, count: 2000) + [0xF6, 0x2C, 0x37, 0x0A], pieceSizeBytes: 1000)
        }
    }

    /// Who has looked at the beginning need not look again.
    @Test func whatWasFoundIsTaken() throws {
        let text = "day;v\n" + (0..<300).map { "\(Tables.day($0));\($0),5\n" }.joined()
        let found = try DialectSniffer.findTable(Array(text.utf8), isWhole: false)
        #expect(found?.isSettled == true && found?.dialect.decimalMark == UInt8(ascii: ","))
        #expect(try DialectSniffer.findTable(Array(text.utf8.prefix(200)), isWhole: false)?.isSettled == false)
        var other = try #require(found)
        other.dialect.decimalMark = UInt8(ascii: ".")
        other.dialect.separator = UInt8(ascii: ",")
        func read(_ reading: TableReading, _ finding: DialectSniffer.Finding?) throws -> Table {
            var builder = TableBuilder(reading, finding: finding)
            try builder.feed(Array(text.utf8))
            return try builder.finish()
        }
        #expect(try read(TableReading(), found).columns[1].numbers[1] == 1.5)
        #expect(throws: TableError.title(text: "day;v"), "it is not looked for again") {
            try read(TableReading(), other)
        }
        var said = TableReading()
        said.separator = UInt8(ascii: ";")
        #expect(try read(said, other).columns[1].numbers[1] == 1.5, "what is said counts")
    }
}
