import JSON
import Tables

/// Tables of tests.
enum Tables {
    /// Reads a text, fed in pieces of a size.
    static func read(
        _ text: String, pieceSizeBytes: Int = .max, _ change: (inout TableReading) -> Void = { _ in }
    ) throws -> Table {
        try read(Array(text.utf8), pieceSizeBytes: pieceSizeBytes, change)
    }

    static func read(
        _ bytes: [UInt8], pieceSizeBytes: Int = .max, _ change: (inout TableReading) -> Void = { _ in }
    ) throws -> Table {
        var reading = TableReading()
        change(&reading)
        var builder = TableBuilder(reading), place = 0
        while place < bytes.count {
            let end = place + min(pieceSizeBytes, bytes.count - place)
            try builder.feed(Array(bytes[place..<end]))
            place = end
        }
        return try builder.finish()
    }

    /// The roles in a line.
    static func roles(_ text: String, _ said: [ColumnRole: [String]] = [:]) throws -> String {
        try found(read(text), said).text
    }

    static func found(_ table: Table, _ said: [ColumnRole: [String]] = [:]) throws -> TableRoles {
        var request = RoleRequest()
        request.columns = said
        return try RoleFinder.roles(of: table, request)
    }

    /// The question about a table; nil where there is none.
    static func doubt(_ text: String, _ said: [ColumnRole: [String]] = [:]) throws -> TableDoubt? {
        let table = try read(text)
        if let doubt = table.doubts.first { return doubt }
        do {
            _ = try found(table, said)
            return nil
        } catch let doubt as TableDoubt {
            return doubt
        }
    }

    /// Records of its series, as JSON.
    static func records(
        _ text: String, _ said: [ColumnRole: [String]] = [:], _ options: TableSeries.Options = .init()
    ) throws -> [String] {
        let table = try read(text)
        return try TableSeries(table, found(table, said), options).records().map(\.text)
    }

    /// Days from 2026-01-01 on, as ISO 8601.
    static func day(_ number: Int) -> String {
        let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        var day = number % 365, month = 0
        while day >= lengths[month] {
            day -= lengths[month]
            month += 1
        }
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(2026 + number / 365)-\(two(month + 1))-\(two(day + 1))"
    }

    /// A table of days with a cell each that a function of the day gives.
    static func days(_ count: Int, _ header: String, _ cells: (Int) -> String) -> String {
        header + "\n" + (0..<count).map { day($0) + "," + cells($0) + "\n" }.joined()
    }

    /// Something that no calendar tells: the digits of multiples of an irrational number.
    static func noise(_ number: Int) -> Double {
        let value = Double(number + 1) * 1_000 * 0.618_033_988_749_895
        return ((value - value.rounded(.down)) * 1000).rounded() / 10
    }
}
