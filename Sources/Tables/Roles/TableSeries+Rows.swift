import JSON
import SeriesTime

// Series in rows.
extension TableSeries {
    func rowRecords(_ wide: WideRows) throws(TableError) -> [JSONValue] {
        let ids = columns(.id), start = columns(.time).first
        var records: [JSONValue] = []
        for (row, series) in wide.series.enumerated() {
            guard !series.isEmpty else { continue }
            var record = JSONObject()
            let names = ids.compactMap { $0.text(row) }
            if names.count < ids.count { throw fault(row, ids[0], "an id: each row is a series") }
            if !names.isEmpty { record.append("id", .string(names.joined(separator: "/"))) }
            if let start, let text = start.text(row) {
                if let date = start.isTime ? text : decimalYear(start.number(row)) {
                    record.append("start", .string(date))
                }
            } else if Self.areDates(wide.heads), series.count <= wide.heads.count {
                record.append("timestamps", .array(wide.heads.prefix(series.count).map { .string(Self.iso($0)) }))
            }
            record.append("target", Self.array(series))
            var fixed = JSONObject()
            for column in columns(.fixed) {
                guard let text = column.text(row) else { continue }
                fixed.append(column.name, column.isNumeric ? Self.number(column.number(row)) : .string(text))
            }
            if !fixed.isEmpty { record.append(ColumnRole.fixed.rawValue, .object(fixed)) }
            records.append(record.keys == ["target"] ? record["target"] ?? .null : .object(record))
        }
        return records
    }

    private static func form(_ heads: [String]) -> DateForm? { DateForm.forms(of: heads).first }

    private static func areDates(_ heads: [String]) -> Bool { form(heads) != nil }

    private static func iso(_ head: String) -> String { form([head])?.iso(head) ?? head }

    /// The first day of the month, quarter or year of a decimal year (1975.9167 is December 1975), where the frequency
    /// says that the steps are those.
    private func decimalYear(_ number: Double) -> String? {
        guard number.isFinite, 1...9999 ~= number, let text = options.frequency, let frequency = try? Frequency(text)
        else { return nil }
        let year = Int(number.rounded(.down)), month = Int(((number - Double(year)) * 12).rounded())
        let months = year * 12 + month
        let unit: Int
        switch frequency.unit {
        case .months: unit = 1
        case .quarters: unit = 3
        case .years: unit = 12
        default: return nil
        }
        let first = months / unit * unit
        return DateForm.day(first / 12, first % 12 + 1, 1, yearDigits: 4)
    }
}
