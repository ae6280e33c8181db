import JSON
import Tables
import Testing

/// Series that stand in rows or in columns.
@Suite struct LayoutTests {
    @Test func raggedRowsAreSeries() throws {
        let text =
            "id,type,start,values...\n"
            + (1...12).map { row in
                "S\(row),kind \(row % 2),19\(70 + row).5000,"
                    + (0..<6 + row).map { "\($0 * row)" }.joined(separator: ",") + "\n"
            }.joined()
        let roles = try Tables.roles(text)
        #expect(
            roles
                == "each row is a series of 7 to 18 values, id: id, of whole series: type, left out: start (decimal "
                + "years are dates where the frequency is said)")
        #expect(try Tables.records(text)[0] == #"{"id":"S1","target":[0,1,2,3,4,5,6],"static":{"type":"kind 1"}}"#)
        let bare = text.split(separator: "\n").dropFirst().joined(separator: "\n")
        #expect(try Tables.read(bare).layout == .rows)
    }

    /// 1975.9167 is December 1975.
    @Test func decimalYearsAreDatesWithAFrequency() throws {
        let text = "id,start,values...\na,1975.9167,1,2,3,4,5\nb,1979.0000,2,3,4\nc,1980.2500,5,6,7,8\n"
        for (frequency, starts) in [
            ("MS", ["1975-12-01", "1979-01-01", "1980-04-01"]), ("QS", ["1975-10-01", "1979-01-01", "1980-04-01"]),
            ("YS", ["1975-01-01", "1979-01-01", "1980-01-01"]),
        ] {
            let table = try Tables.read(text)
            var request = RoleRequest(), options = TableSeries.Options()
            request.hasFrequency = true
            options.frequency = frequency
            let records = try TableSeries(table, RoleFinder.roles(of: table, request), options).records()
            #expect(records.map { $0["start"]?.asString ?? "" } == starts, "\(frequency)")
        }
    }

    @Test func idAndValuesWithoutAHeader() throws {
        let rows = (0..<15).map { row in
            "NN-\(row),"
                + (0..<30).map { $0 % 11 == row % 11 ? "" : "\(Tables.noise($0 + row))" }.joined(separator: ",")
        }
        let table = try Tables.read(rows.joined(separator: "\n"))
        #expect(table.layout == .rows && table.rowCount == 15 && table.columns.count == 1)
        #expect(try Tables.roles(rows.joined(separator: "\n")).hasSuffix("values, id: column 1"))
    }

    @Test func datesAsNamesOfColumns() throws {
        let text = "Page,2026-01-01,2026-01-02,2026-01-03\nA,1,2,3\nB,4,,6\n"
        #expect(
            try Tables.records(text) == [
                #"{"id":"A","timestamps":["2026-01-01","2026-01-02","2026-01-03"],"target":[1,2,3]}"#,
                #"{"id":"B","timestamps":["2026-01-01","2026-01-02","2026-01-03"],"target":[4,null,6]}"#,
            ])
    }

    @Test func aColumnASeries() throws {
        // Some of these article numbers look like days.
        let names = (0..<30).map { "\(21_081_001 + $0 * ($0 < 9 ? 1 : 1013))" }
        let rows = (0..<12).map { row in
            (0..<30).map { ($0 + row) % 5 == 0 ? "" : "\(($0 * row) % 4)" }.joined(separator: ",")
        }
        let text = names.joined(separator: ",") + "\n" + rows.joined(separator: "\n")
        let table = try Tables.read(text)
        #expect(table.layout == .columns && table.dialect.hasHeader && table.doubts.isEmpty)
        #expect(try Tables.roles(text).hasPrefix("each column is a series, target: 21081001, "))
        let records = try Tables.records(text)
        #expect(records.count == 30 && records[0].hasPrefix(#"{"id":"21081001","target":[null,0,0,0,0,null,"#))
        let said = try Tables.read("a,b\n1,2\n3,4\n5,7\n") { $0.layout = .columns }
        let series = try TableSeries(said, Tables.found(said)).records().map(\.text)
        #expect(series == [#"{"id":"a","target":[1,3,5]}"#, #"{"id":"b","target":[2,4,7]}"#])
    }

    @Test func numberedColumnsAreAskedAbout() throws {
        let text =
            "c1,c2,c3,c4,c5,c6,c7,c8,class\n"
            + (0..<20).map { row in (0..<8).map { "\(($0 * 7 + row) % 10)" }.joined(separator: ",") + ",\(row % 3)\n" }
            .joined()
        #expect(try Tables.doubt(text)?.option == "layout")
        #expect(try Tables.read(text) { $0.layout = .rows }.wide?.series.first?.count == 8)
        #expect(try Tables.read(text) { $0.layout = .long }.columns.count == 9)
        let sensors = Tables.days(30, "date,s1,s2,s3,s4,s5,s6,s7,s8") { day in
            (0..<8).map { "\(Tables.noise(day * 8 + $0))" }.joined(separator: ",")
        }
        #expect(try Tables.read(sensors).layout == .long, "a row has its time")
    }

    /// A row that is too long or too short is a fault, not another layout.
    @Test func oneDamagedRowIsAFault() throws {
        let rows = (0..<20).map { "\($0),\($0 * 2),\($0 * 3)\n" }
        #expect(throws: TableError.raggedRow(line: 22, found: 2, expected: 3)) {
            try Tables.read("a,b,c\n" + rows.joined() + "1,2\n")
        }
    }
}
