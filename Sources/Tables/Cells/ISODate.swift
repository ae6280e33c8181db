import SeriesTime

/// Dates of ISO 8601 as nearly all tables have them, told by their bytes alone.
enum ISODate {
    /// Whether a cell is `2026-01-31`, perhaps with `T` or a blank and `12:00`, `12:00:00`, `12:00:00.5` and `Z` behind
    /// it. Others may be dates, too.
    static func isPlain(_ cell: UnsafeBufferPointer<UInt8>) -> Bool {
        guard cell.count >= 10, cell[4] == dash, cell[7] == dash, let year = number(cell, 0, 4), year > 0,
            let month = number(cell, 5, 2), let day = number(cell, 8, 2), 1...12 ~= month, 1...31 ~= day,
            day <= 28 || day <= CivilDate.daysInMonth(year: year, month: month)
        else { return false }
        if cell.count == 10 { return true }
        guard cell.count >= 16, cell[10] == UInt8(ascii: " ") || cell[10] == UInt8(ascii: "T"), cell[13] == colon,
            let hour = number(cell, 11, 2), let minute = number(cell, 14, 2), hour < 24, minute < 60
        else { return false }
        var place = 16
        if place < cell.count, cell[place] == colon {
            guard cell.count >= 19, let second = number(cell, 17, 2), second < 60 else { return false }
            place = 19
            if place < cell.count, cell[place] == UInt8(ascii: ".") {
                let first = place + 1
                place = first
                while place < cell.count, cell[place] &- UInt8(ascii: "0") < 10 { place += 1 }
                guard 1...6 ~= place - first else { return false }
            }
        }
        if place < cell.count, cell[place] == UInt8(ascii: "Z") { place += 1 }
        return place == cell.count
    }

    private static var dash: UInt8 { UInt8(ascii: "-") }
    private static var colon: UInt8 { UInt8(ascii: ":") }

    private static func number(_ cell: UnsafeBufferPointer<UInt8>, _ start: Int, _ digits: Int) -> Int? {
        var number = 0
        for place in start..<start + digits {
            let digit = cell[place] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            number = number * 10 + Int(digit)
        }
        return number
    }
}
