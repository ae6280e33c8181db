import JSON
import Tables
import Testing

/// Columns that are one time together.
@Suite struct TimePartsTests {
    private func table(_ header: String, _ count: Int, _ cells: (Int) -> String) -> String {
        header + "\n" + (0..<count).map { "\(cells($0)),\(Tables.noise($0))\n" }.joined()
    }

    private func stamps(_ text: String, _ said: [ColumnRole: [String]] = [:]) throws -> [String] {
        let table = try Tables.read(text) { $0.timeColumns = said[.time] ?? [] }
        let records = try TableSeries(table, Tables.found(table, said)).records()
        return records[0]["timestamps"]?.asStrings ?? []
    }

    @Test func partsAreFoundByNamesAndValues() throws {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let cases: [(String, String, String)] = [
            (
                table("year,month,sales", 30) { "\(2024 + $0 / 12),\($0 % 12 + 1)" }, "year, month (monthly)",
                "2024-02-01"
            ),
            (
                table("Month,Year,sales", 30) { "\(months[$0 % 12]),\(2024 + $0 / 12)" }, "Year, Month (monthly)",
                "2024-02-01"
            ),
            (
                table("Year,Quarter,sales", 30) { "\(2010 + $0 / 4),Q\($0 % 4 + 1)" }, "Year, Quarter (quarterly)",
                "2010-04-01"
            ),
            (table("Jahr,KW,sales", 30) { "\(2026 + $0 / 53),\($0 % 53 + 1)" }, "Jahr, KW (weekly)", "2026-01-05"),
            (
                table("year,month,day,hour,sales", 96) { "2026,3,\($0 / 24 + 1),\($0 % 24)" },
                "year, month, day, hour (hourly)", "2026-03-01T01:00"
            ),
            (
                table("date,hr,sales", 96) { "\(Tables.day($0 / 24)),\($0 % 24)" }, "date, hr (hourly)",
                "2026-01-01T01:00"
            ),
            (
                table("Date,Time,sales", 96) { "\(Tables.day($0 / 48)),\($0 / 2 % 24):\($0 % 2 == 0 ? "00" : "30")" },
                "Date, Time (every 30min)", "2026-01-01T00:30:00"
            ),
        ]
        for (text, time, second) in cases {
            #expect(try Tables.roles(text) == "time: \(time), target: sales")
            #expect(try stamps(text)[1] == second, "\(time)")
        }
    }

    @Test func whatIsNoTimeTogetherStays() throws {
        // A date for each row: the hour is that of something else.
        let peak = Tables.days(40, "date,hour,sales") { "\($0 * 7 % 24),\(Tables.noise($0))" }
        #expect(try Tables.roles(peak).hasPrefix("time: date (daily), "))
        // The stamps tell it already.
        let stamps = (0..<48).map { hour in
            "\(Tables.day(hour / 24))T\(hour % 24 < 10 ? "0" : "")\(hour % 24):00,\(Tables.day(hour / 24)),\(hour % 24)"
        }
        let full = "Time,Date,hour,load\n" + stamps.enumerated().map { "\($1),\(Tables.noise($0))\n" }.joined()
        #expect(try Tables.roles(full).hasPrefix("time: Time (hourly), target: load"))
        // The thirtieth of February is none, and years alone do not tell the rows apart.
        let days = table("year,month,day,sales", 60) { "2026,\($0 / 30 + 1),\($0 % 30 + 1)" }
        #expect(try Tables.doubt(days)?.question.hasPrefix("rows have the same year") == true)
    }

    @Test func partsMayBeSaid() throws {
        let text = table("a,b,sales", 30) { "\(2024 + $0 / 12),\($0 % 12 + 1)" }
        #expect(try stamps(text, [.time: ["a", "b"]])[13] == "2025-02-01")
        let ordered = table("year,month,sales", 30) { "\(2024 + $0 / 12),\($0 % 12 + 1)" }
        #expect(try Tables.roles(ordered, [.time: ["month", "year"]]) == "time: year, month (monthly), target: sales")
        let doubt = try Tables.doubt(ordered, [.time: ["year", "sales"]])
        #expect(doubt?.question.hasPrefix("year, sales are no time together") == true)
        #expect(
            try Tables.doubt(ordered, [.time: ["year", "moth"]])?.question.hasSuffix("did you mean month?") == true)
        #expect(
            try Tables.roles(ordered, [.time: ["year"], .id: ["month"]]).hasPrefix("time: year (yearly), id: month"))
    }
}
