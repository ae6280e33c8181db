import Testing

import SeriesTime

@Suite struct TimestampTests {
    /// Each is written back as it came.
    static let texts: [(String, Int64)] = [
        ("1970-01-01T00:00:00Z", 0), ("2024-02-29T12:34:56Z", 1_709_210_096), ("2024-02-29T12:34:56", 1_709_210_096),
        ("2024-02-29 12:34:56", 1_709_210_096), ("2024-02-29T12:34", 1_709_210_040), ("2024-02-29", 1_709_164_800),
        ("2024-02", 1_706_745_600), ("2024", 1_704_067_200), ("2024-02-29T14:34:56+02:00", 1_709_210_096),
        ("2024-02-29T14:34:56+0200", 1_709_210_096), ("2024-02-29T09:04:56-03:30", 1_709_210_096),
        ("2024-02-29 12:34:56+00:00", 1_709_210_096), ("2024-02-29T12:34:56.000Z", 1_709_210_096),
        ("0001-01-01T00:00:00Z", -62_135_596_800), ("9999-12-31T23:59:59Z", 253_402_300_799),
        ("1582-10-15", -12_219_292_800), ("1900-02-28T23:59:59.999999", -2_203_891_201),
    ]

    @Test(arguments: texts) func textsAreReadAndWritten(text: String, seconds: Int64) throws {
        let column = try TimestampColumn([.text(text)])
        #expect(column.stamps[0].seconds == seconds)
        #expect(column.style.value(column.stamps[0], column.zone) == .text(text))
    }

    @Test func answersHaveMilliseconds() {
        for (milliseconds, text) in [
            (Int64(0), "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
            (951_782_400_007, "2000-02-29T00:00:00.007Z"), (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
            (-62_135_596_800_000, "0001-01-01T00:00:00.000Z"),
        ] {
            let stamp = Stamp(microseconds: milliseconds * 1000)
            #expect(TimestampStyle.milliseconds.text(stamp, .fixed(offsetSeconds: 7200)) == text)
        }
    }

    @Test func otherFormsAreRead() throws {
        for (text, usual) in [
            ("2024-02-29t12:34:56z", "2024-02-29T12:34:56Z"), ("2024-02-29T12:34:56,5", "2024-02-29T12:34:56.5"),
            ("2024-02-29T12:34:56.123456000Z", "2024-02-29T12:34:56.123456Z"),
            ("2024-02-29T12:34:56+02", "2024-02-29T12:34:56+02:00"),
        ] {
            let column = try TimestampColumn([.text(text)])
            #expect(column.style.text(column.stamps[0], column.zone) == usual)
        }
    }

    static let faults: [(String, String)] = [
        ("2024-13-01", "month 13; months are 01 to 12"), ("2023-02-29", "day 29 of a month with days 01 to 28"),
        ("2024-01-01T24:00", "hour 24; hours are 00 to 23"), ("2024-01-01T00:60", "minute 60; minutes are 00 to 59"),
        ("2024-01-01T23:59:60Z", "second 60; seconds are 00 to 59, without leap seconds"),
        ("2024-01-01T00:00:00+24:00", "an offset is at most 23:59"),
        ("0000-01-01", "year 0000; years are 0001 to 9999"),
        ("0001-01-01T00:00:00+01:00", "outside of the years 1 to 9999 in UTC"),
        ("2024-01-01T00:00:00.1234567", "a fraction finer than microseconds; at most 6 digits count"),
        ("01/31/2024", "not a timestamp; write it as 2026-01-31T12:00:00Z"), ("20240131", "not a timestamp; "),
        ("2024-1-31", "not a timestamp; "), ("2024-01-31T", "not a timestamp; "), ("", "not a timestamp; "),
        ("2024-01-31 ", "not a timestamp; "), ("2024-01-31T12", "not a timestamp; "), ("now", "not a timestamp; "),
        ("2024-01-31T12:00:00.Z", "not a timestamp; "), ("2024-01-31T12:00:00 Z", "not a timestamp; "),
        ("2024-01-31T12:00:00Zx", "not a timestamp; "), ("２０２４-01-31", "not a timestamp; "),
        ("2024-01-31\u{0}", "not a timestamp; "), ("2024-W05", "not a timestamp; "),
    ]

    @Test(arguments: faults) func faultsAreNamed(text: String, reason: String) {
        do {
            let column = try TimestampColumn([.text("2024-01-01"), .text(text)])
            Issue.record("\(text) was read as \(column.stamps)")
        } catch {
            #expect(error.description.hasPrefix("timestamp 1, '\(text)': \(reason)"), "\(error)")
        }
    }

    /// No byte changed at random stops the reader; what it accepts is written as it means it.
    @Test func spoiltTextsAreReadOrRefused() throws {
        var random = SeededGenerator(state: 5)
        for _ in 0..<20_000 {
            var bytes = Array("2024-02-29T12:34:56.250+02:00".utf8.prefix(Int(random.next() % 30)))
            for _ in 0..<(random.next() % 3) where !bytes.isEmpty {
                bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
            }
            guard let column = try? TimestampColumn([.text(String(decoding: bytes, as: UTF8.self))]) else { continue }
            let again = try TimestampColumn([column.style.value(column.stamps[0], column.zone)])
            #expect(again.stamps == column.stamps)
        }
    }

    @Test func numbersAreSecondsOrMilliseconds() throws {
        let seconds = try TimestampColumn([.number(1_709_210_096), .number(1_709_210_097.5)])
        #expect(seconds.style.epochUnit == .seconds && seconds.stamps[0].seconds == 1_709_210_096)
        #expect(
            seconds.stamps.map { seconds.style.value($0, seconds.zone) } == [
                .number(1_709_210_096), .number(1_709_210_097.5),
            ])
        let milliseconds = try TimestampColumn([.text("1709210096000"), .number(1_709_210_096_250)])
        #expect(milliseconds.stamps.map(\.microseconds) == [1_709_210_096_000_000, 1_709_210_096_250_000])
        #expect(milliseconds.style.value(milliseconds.stamps[1], .floating) == .number(1_709_210_096_250))
        #expect(try TimestampColumn([.number(0), .number(-86_400)]).stamps.map(\.seconds) == [0, -86_400])
        #expect(try TimestampColumn([.number(86_400_000)], epochUnit: .milliseconds).stamps[0].seconds == 86_400)
    }

    static let mixed: [([TimestampValue], String)] = [
        ([.number(1_709_210_096), .number(1_709_210_096_000)], "timestamp 1: 1709210096000 looks like milliseconds"),
        ([.number(1_709_210_096_000), .number(1_709_210_096)], "timestamp 1: 1709210096 looks like seconds"),
        ([.text("2024-01-01"), .number(1_709_210_096)], "timestamp 1: numbers and dates in one column"),
        ([.text("2024-01-01T00:00Z"), .text("2024-01-02T00:00")], "timestamp 1: no offset from UTC"),
        ([.text("2024-01-01"), .text("2024-01-02T00:00Z")], "timestamp 1: an offset from UTC"),
        ([.number(2020), .number(2021)], "timestamp 0, '2020': a year is written as text, \"2020\""),
        ([.number(1e15)], "timestamp 0, '1000000000000000': too large for milliseconds"),
        ([.number(.infinity)], "timestamp 0, 'inf': too large for milliseconds"),
        ([.number(.nan)], "timestamp 0, 'nan': outside of the years 1 to 9999"),
    ]

    @Test(arguments: mixed) func mixedColumnsAreRefused(values: [TimestampValue], message: String) {
        do {
            let column = try TimestampColumn(values)
            Issue.record("\(values) was read as \(column.stamps)")
        } catch {
            #expect(error.description.hasPrefix(message), "\(error)")
        }
    }

    @Test func aColumnIsWrittenAsItsFinest() throws {
        // Python's isoformat leaves out microseconds that are 0.
        let column = try TimestampColumn([.text("2024-01-01T00:00:00"), .text("2024-01-01T00:00:00.250000")])
        #expect(column.style.text(column.stamps[0], column.zone) == "2024-01-01T00:00:00.000000")
        let dates = try TimestampColumn([.text("2024-01-01"), .text("2024-01-01 06:00")])
        #expect(dates.style.text(dates.stamps[1], dates.zone) == "2024-01-01 06:00")
        #expect(TimestampStyle(precision: .day).covering(try Frequency("h")).precision == .second)
        #expect(TimestampStyle(precision: .year).covering(try Frequency("MS")).precision == .month)
        #expect(TimestampStyle(precision: .month).covering(try Frequency("W")).precision == .day)
        #expect(TimestampStyle(precision: .day).covering(try Frequency("50ms")).fractionDigits == 3)
    }

    @Test func offsetsMakeAZone() throws {
        let common = try TimestampColumn([.text("2024-01-01T00:00+01:00"), .text("2024-01-02T00:00+01:00")])
        #expect(common.zone == .fixed(offsetSeconds: 3600))
        let mixed = try TimestampColumn([.text("2024-03-31T00:00+01:00"), .text("2024-04-01T00:00+02:00")])
        #expect(mixed.zone == .fixed(offsetSeconds: 0))
        #expect(mixed.style.text(mixed.stamps[1], mixed.zone) == "2024-03-31T22:00Z")
        let berlin = try Recording.zone("Europe/Berlin")
        let named = try TimestampColumn(
            [.text("2024-03-31T00:00+01:00"), .text("2024-04-01T00:00+02:00")], zone: berlin)
        #expect(named.zone == berlin && named.style.text(named.stamps[1], berlin) == "2024-04-01T00:00+02:00")
    }

    /// Hours that the clock shows twice are told apart by their order, in both directions.
    @Test func repeatedHoursAreDistinct() throws {
        let berlin = try Recording.zone("Europe/Berlin")
        let texts = ["01:30", "02:00", "02:30", "02:00", "02:30", "03:00"].map { "2024-10-27T\($0)" }
        let column = try TimestampColumn(texts.map { .text($0) }, zone: berlin)
        #expect(zip(column.stamps.dropFirst(), column.stamps).allSatisfy { $0.seconds - $1.seconds == 1800 })
        let backwards = try TimestampColumn(texts.reversed().map { .text($0) }, zone: berlin)
        #expect(backwards.stamps == column.stamps.reversed())
        #expect(try SeriesPlacement(column.stamps, zone: berlin).axis.frequency.description == "30min")
    }

    @Test func skippedTimesAreRefused() throws {
        let berlin = try Recording.zone("Europe/Berlin")
        do {
            _ = try TimestampColumn([.text("2024-03-31T01:30"), .text("2024-03-31T02:30")], zone: berlin)
            Issue.record("read")
        } catch {
            #expect(
                error.description.hasPrefix("timestamp 1, '2024-03-31T02:30:00': the clocks of this time zone skip"))
        }
        let day = try TimestampColumn([.text("2024-09-08")], zone: try Recording.zone("America/Santiago"))
        #expect(day.style.text(day.stamps[0], day.zone) == "2024-09-08")
    }
}
