import Foundation
import Testing

import SeriesTime

@Suite struct ZoneTests {
    /// Rules that are printed in POSIX and RFC 9636, with their changes of a year worked by hand.
    static let recurring: [(String, Int, [Int64], [Int32])] = [
        ("CET-1CEST,M3.5.0,M10.5.0/3", 2024, [1_711_846_800, 1_729_990_800], [7200, 3600]),
        ("EST5EDT,M3.2.0,M11.1.0", 2024, [1_710_054_000, 1_730_613_600], [-14_400, -18_000]),
        ("IST-1GMT0,M10.5.0,M3.5.0/1", 2024, [1_711_846_800, 1_729_990_800], [3600, 0]),
        ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", 2024, [1_711_846_800, 1_729_990_800], [-3600, -7200]),
        ("XXX0YYY-2:30:30,J60/0,J365/0", 2024, [1_709_251_200, 1_735_594_170], [9030, 0]),
        ("XXX0YYY,59/0,J60/1", 2024, [1_709_164_800, 1_709_251_200], [3600, 0]),
        ("<+0545>-5:45", 2024, [], []),
    ]

    @Test(arguments: recurring) func recurringRulesAreRead(
        text: String, year: Int, seconds: [Int64], offsets: [Int32]
    ) throws {
        let rule = try #require(RecurringZone(text))
        #expect(rule.changes(in: year).map(\.second) == seconds)
        #expect(rule.changes(in: year).map(\.offset) == offsets)
    }

    @Test(arguments: [
        "", "CE-1", "CET", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0",
        "CET-1CEST,J0,J1", "CET-1CEST,366,1", "CET-168", "CET-1:60", "<CET", "CET-1CEST,M3.5.0,M10.5.0,", "CET-9999",
    ]) func otherRulesAreNot(text: String) { #expect(RecurringZone(text) == nil) }

    /// Times beyond the recorded changes repeat after 400 years.
    @Test func rulesHoldForEver() throws {
        let berlin = try Recording.zone("Europe/Berlin")
        for year in [2037, 2038, 2396, 2397, 2398, 2400, 2500, 2800, 5000, 9999] {
            let summer = CivilDate(year: year, month: 7, day: 15), winter = CivilDate(year: year, month: 1, day: 15)
            for (date, offset) in [(summer, 7200), (winter, 3600)] {
                let stamp = Stamp(seconds: Int64(date.daysSinceEpoch) * 86_400)
                #expect(berlin.offsetSeconds(at: stamp) == offset, "\(year)")
                #expect(berlin.stamp(berlin.local(stamp)) == stamp, "\(year)")
            }
            // The last Sunday of March.
            let end = CivilDate(year: year, month: 3, day: 31).daysSinceEpoch
            let sunday = end - (CivilDate.weekday(daysSinceEpoch: end).rawValue + 1) % 7
            let change = Int64(sunday) * 86_400 + 3600
            #expect(berlin.offsetSeconds(at: Stamp(seconds: change - 1)) == 3600, "\(year)")
            #expect(berlin.offsetSeconds(at: Stamp(seconds: change)) == 7200, "\(year)")
        }
    }

    /// Every file cut short and spoilt at every byte is read or refused.
    @Test func damagedFilesAreRefused() throws {
        let zone = try #require(
            try Recording.cases("zones", Recording.ZoneCase.self).first { $0.name == "Europe/Berlin" })
        let file = Array(try #require(Data(base64Encoded: zone.file)))
        #expect(ZoneFile.rules(file, name: zone.name) != nil)
        for size in 0..<(file.count - 1) where size < file.count - 30 {
            #expect(ZoneFile.rules(Array(file.prefix(size)), name: "") == nil, "\(size)")
        }
        for index in file.indices {
            for value: UInt8 in [0, 0x7F, 0x80, 0xFF] {
                var spoilt = file
                spoilt[index] = value
                let rules = ZoneFile.rules(spoilt, name: "")
                _ = rules?.offsetSeconds(at: 1_700_000_000)
            }
        }
        #expect(ZoneFile.rules(Array("TZif2".utf8), name: "") == nil)
    }

    /// A file of one type of 3600 s, and changes to it.
    static func file(changes: [Int64], footer: String) -> [UInt8] {
        func big(_ number: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: number.bigEndian) { Array($0) } }
        func head(_ changes: Int) -> [UInt8] {
            Array("TZif2".utf8) + [UInt8](repeating: 0, count: 15)
                + [0, 0, 0, changes, 1, 4].flatMap { big(UInt32($0)) }
        }
        let type: [UInt8] = big(Int32(3600)) + [0, 0] + Array("CET\0".utf8)
        return head(0) + type + head(changes.count) + changes.flatMap { big($0) }
            + [UInt8](repeating: 0, count: changes.count) + type + Array("\n\(footer)\n".utf8)
    }

    @Test func changesAreBounded() {
        #expect(ZoneFile.rules(Self.file(changes: [-1 << 59, 0], footer: "CET-1"), name: "") != nil)
        for changes in [[Int64.max], [Int64.min, 0], [5, 5], [5, 4]] {
            #expect(ZoneFile.rules(Self.file(changes: changes, footer: "CET-1CEST,M3.5.0,M10.5.0"), name: "") == nil)
        }
        #expect(ZoneFile.rules(Self.file(changes: [0], footer: "nonsense"), name: "") == nil)
    }

    @Test func theSystemHasZones() throws {
        let summer = Stamp(seconds: 1_720_000_000)
        #expect(try Zone(name: "Europe/Berlin").offsetSeconds(at: summer) == 7200)
        #expect(try Zone(name: "Asia/Kolkata").offsetSeconds(at: summer) == 19_800)
        #expect(try Zone(name: "UTC") == .fixed(offsetSeconds: 0))
    }

    static let unknown: [(String, String)] = [
        ("Europe/Berlon", "send an IANA name such as 'Europe/Berlin', or 'UTC'"),
        ("europe/berlin", "did you mean 'Europe/Berlin'?"), ("Berlin", "did you mean 'Europe/Berlin'?"),
        ("new york", "did you mean 'America/New_York'?"), ("utc", "did you mean 'UTC'?"),
        ("", "send an IANA name"), ("/etc/passwd", "send an IANA name"), ("../../../etc/passwd", "send an IANA name"),
        ("Europe/../Europe/Berlin", "did you mean"), ("Europe", "send an IANA name"), ("zone.tab", "send an IANA name"),
        ("tzdata.zi", "send an IANA name"), ("Europe//Berlin", "did you mean"), ("a\u{0}b", "send an IANA name"),
    ]

    @Test(arguments: unknown) func unknownZonesAreHelped(name: String, hint: String) {
        do {
            _ = try Zone(name: name)
            Issue.record("\(name) was found")
        } catch {
            #expect(error.description.hasPrefix("time zone '\(name)' is not known; \(hint)"), "\(error)")
        }
    }

    @Test func aMachineWithoutZonesSaysSo() {
        let database = ZoneDatabase(directories: ["/nowhere"])
        #expect(
            throws: TimeError.unknownZone(
                name: "Europe/Berlin", hint: "this machine has no time zones; install its package tzdata")
        ) { try Zone(name: "Europe/Berlin", in: database) }
    }
}
