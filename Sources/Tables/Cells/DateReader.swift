import SeriesTime

/// Reads dates of numbers alone from their bytes, as nearly all tables have them: `2026-01-31`, `31.01.2026`, perhaps
/// with `T` or a blank and `12:00`, `12:00:00`, `12:00:00.5`, and in ISO 8601 `Z` behind it. Others may be dates, too.
struct DateReader: Sendable {
    /// A date by the clock, and how ISO 8601 would write it.
    struct Reading {
        /// Since 1970-01-01T00:00:00.
        var microseconds: Int64
        var style: ClockStyle
    }

    /// The year and month that came last, as they are written, with the days before them and in them.
    private var month: (text: UInt64, days: Int, count: Int) = (0, 0, 0)

    /// Nil for what is not a date of that form, or for others to read.
    mutating func read(_ cell: UnsafeBufferPointer<UInt8>, _ form: DateForm) -> Reading? {
        var cursor = DateCursor(cell: cell)
        let days: Int?
        switch form {
        case .iso: days = isoDays(cell, &cursor)
        case .compact: days = Self.compactDays(&cursor)
        case .yearMonthDay, .dayMonthYear, .monthDayYear: days = Self.days(&cursor, form)
        case .named, .quarter, .week, .compactMonth: days = nil
        }
        guard let days else { return nil }
        var style = ClockStyle()
        guard let clock = cursor.clock(&style, isISO: form == .iso) else { return nil }
        return Reading(microseconds: Int64(days) * Stamp.microsecondsPerDay + clock, style: style)
    }

    private mutating func isoDays(_ cell: UnsafeBufferPointer<UInt8>, _ cursor: inout DateCursor) -> Int? {
        guard cell.count >= 10 else { return nil }
        // SAFETY: there are ten bytes.
        let text = UnsafeRawBufferPointer(cell).loadUnaligned(as: UInt64.self)
        if text != month.text {
            guard let year = cursor.number(4), year > 0, cursor.skip(UInt8(ascii: "-")), let number = cursor.number(2),
                1...12 ~= number, cursor.skip(UInt8(ascii: "-"))
            else { return nil }
            month = (
                text, CivilDate(year: year, month: number, day: 1).daysSinceEpoch,
                CivilDate.daysInMonth(year: year, month: number)
            )
        }
        cursor.place = 8
        guard let day = cursor.number(2), 1...month.count ~= day else { return nil }
        return month.days + day - 1
    }

    private static func compactDays(_ cursor: inout DateCursor) -> Int? {
        guard let year = cursor.number(4), let month = cursor.number(2), let day = cursor.number(2) else { return nil }
        return days(year, month, day)
    }

    /// Three numbers between two marks of one kind. Of two digits, years up to 69 are of this century, as POSIX has it.
    private static func days(_ cursor: inout DateCursor, _ form: DateForm) -> Int? {
        let first = cursor.digits(max: 4)
        guard let mark = cursor.mark() else { return nil }
        let second = cursor.digits(max: 2)
        guard cursor.skip(mark) else { return nil }
        let third = cursor.digits(max: 4)
        let (year, month, day) =
            switch form {
            case .yearMonthDay: (first, second, third)
            case .dayMonthYear: (third, second, first)
            default: (third, first, second)
            }
        guard 1...2 ~= month.count, 1...2 ~= day.count, year.count == 4 || year.count == 2 else { return nil }
        let century = year.count == 4 ? 0 : year.value < 70 ? 2000 : 1900
        return days(century + year.value, month.value, day.value)
    }

    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int? {
        guard year > 0, 1...12 ~= month, day >= 1, day <= CivilDate.daysInMonth(year: year, month: month) else {
            return nil
        }
        return CivilDate(year: year, month: month, day: day).daysSinceEpoch
    }
}

/// How a time of the clock is written, so that it can be written in the same way.
struct ClockStyle: Equatable, Sendable {
    enum Precision: UInt8 { case day, minute, second }

    var precision = Precision.day
    var fractionDigits: UInt8 = 0
    var hasSpace = false
    var isUTC = false

    /// For texts of ISO 8601.
    var style: TimestampStyle {
        TimestampStyle(
            precision: precision == .day ? .day : precision == .minute ? .minute : .second,
            fractionDigits: Int(fractionDigits), hasSpace: hasSpace, suffix: isUTC ? .z : .none)
    }

    /// In which its times are.
    var zone: Zone { isUTC ? .fixed(offsetSeconds: 0) : .floating }

    /// A time as it was written.
    func text(_ microseconds: Int64) -> String { style.text(Stamp(microseconds: microseconds), zone) }
}

/// Walks over the bytes of a date.
// SAFETY: lives within the call that was given the cell; every access is below its count.
private struct DateCursor {
    let cell: UnsafeBufferPointer<UInt8>
    var place = 0

    init(cell: UnsafeBufferPointer<UInt8>) { self.cell = cell }

    mutating func skip(_ byte: UInt8) -> Bool {
        guard place < cell.count, cell[place] == byte else { return false }
        place += 1
        return true
    }

    /// So many digits.
    mutating func number(_ count: Int) -> Int? {
        let digits = digits(max: count)
        return digits.count == count ? digits.value : nil
    }

    mutating func digits(max: Int) -> (value: Int, count: Int) {
        var value = 0, count = 0
        while count < max, place < cell.count, cell[place] &- UInt8(ascii: "0") < 10 {
            value = value * 10 + Int(cell[place] &- UInt8(ascii: "0"))
            place += 1
            count += 1
        }
        return (value, count)
    }

    /// What stands between day, month and year.
    mutating func mark() -> UInt8? {
        guard place < cell.count else { return nil }
        let mark = cell[place]
        guard mark == UInt8(ascii: "/") || mark == UInt8(ascii: ".") || mark == UInt8(ascii: "-") else { return nil }
        place += 1
        return mark
    }

    /// Microseconds of the day, to the end of the cell; hours have two digits in ISO 8601.
    mutating func clock(_ style: inout ClockStyle, isISO: Bool) -> Int64? {
        if place == cell.count { return 0 }
        let isSpace = skip(UInt8(ascii: " "))
        guard isSpace || skip(UInt8(ascii: "T")) else { return nil }
        style.hasSpace = isSpace && isISO
        style.precision = .minute
        let hour = digits(max: 2)
        guard hour.value < 24, hour.count == 2 || hour.count == 1 && !isISO, skip(UInt8(ascii: ":")),
            let minute = number(2), minute < 60
        else { return nil }
        var seconds = Int64(hour.value * 3600 + minute * 60), fraction: Int64 = 0
        if skip(UInt8(ascii: ":")) {
            guard let second = number(2), second < 60 else { return nil }
            seconds += Int64(second)
            style.precision = .second
            if skip(UInt8(ascii: ".")) {
                let digits = digits(max: 7)
                guard 1...6 ~= digits.count else { return nil }
                style.fractionDigits = UInt8(digits.count)
                fraction = (digits.count..<6).reduce(Int64(digits.value)) { value, _ in value * 10 }
            }
        }
        if isISO, skip(UInt8(ascii: "Z")) { style.isUTC = true }
        return place == cell.count ? seconds * Stamp.microsecondsPerSecond + fraction : nil
    }
}
