import Testing

import SeriesTime

@Suite struct FrequencyTests {
    static let spellings: [(String, String)] = [
        ("H", "h"), ("h", "h"), ("T", "min"), ("min", "min"), ("S", "s"), ("s", "s"), ("L", "ms"), ("ms", "ms"),
        ("D", "D"), ("d", "D"), ("B", "B"), ("W", "W-SUN"), ("W-SUN", "W-SUN"), ("W-WED", "W-WED"), ("MS", "MS"),
        ("ME", "ME"), ("M", "ME"), ("QS", "QS-JAN"), ("QE", "QE-DEC"), ("Q", "QE-DEC"), ("Q-DEC", "QE-DEC"),
        ("QS-OCT", "QS-JAN"), ("QE-MAR", "QE-DEC"), ("QS-NOV", "QS-FEB"), ("Q-JAN", "QE-OCT"), ("YS", "YS-JAN"),
        ("AS", "YS-JAN"), ("AS-APR", "YS-APR"), ("YE", "YE-DEC"), ("Y", "YE-DEC"), ("A", "YE-DEC"),
        ("A-MAR", "YE-MAR"), ("15min", "15min"), ("15T", "15min"), ("60min", "h"), ("120min", "2h"), ("90min", "90min"),
        ("24h", "24h"), ("3600s", "h"), ("1000ms", "s"), ("2h", "2h"), ("1D", "D"), ("7D", "7D"), ("3MS", "3MS"),
        ("2W-MON", "2W-MON"), ("PT15M", "15min"), ("PT1H", "h"), ("PT1H30M", "90min"), ("PT30S", "30s"),
        ("P1D", "D"), ("P1W", "7D"), ("P2W", "14D"), ("P1M", "P1M"), ("P3M", "P3M"), ("P1Y", "P1Y"), ("P12M", "P1Y"),
        ("P1Y6M", "P18M"), ("P1W1D", "8D"), ("PT24H", "24h"),
    ]

    @Test(arguments: spellings) func spellingsAreRead(text: String, canonical: String) throws {
        let frequency = try Frequency(text)
        #expect(frequency.description == canonical)
        #expect(try Frequency(canonical) == frequency)
    }

    static let faults: [(String, String)] = [
        ("m", "did you mean 'min' (minutes) or 'MS' (months)?"),
        ("15m", "did you mean '15min' (minutes) or '15MS' (months)?"),
        ("hourly", "did you mean 'h'?"), ("Daily", "did you mean 'D'?"), ("monthly", "did you mean 'MS'?"),
        ("15 minutes", "did you mean '15min'?"), ("1 hour", "did you mean '1h'?"), ("2days", "did you mean '2D'?"),
        ("w-sunday", "did you mean 'W-SUN'?"), ("W-Mon", "did you mean 'W-MON'?"), ("q-dec", "did you mean 'Q-DEC'?"),
        ("qs", "did you mean 'QS'?"), ("BMS", "did you mean 'MS'?"), ("pt15m", "did you mean 'PT15M'?"),
        ("T15M", "did you mean 'PT15M'?"), ("0D", "a step has 1 to 1000000 units"),
        ("1000001s", "a step has 1 to 1000000 units"), ("", "write it as in "), ("fortnight", "write it as in "),
        ("-1D", "write it as in "), ("1.5h", "write it as in "), ("D-MON", "write it as in "), ("P", "write it as in "),
        ("PT", "write it as in "), ("P1DT1H", "write it as in "), ("P1M1D", "write it as in "),
        ("PT0S", "write it as in "), ("P1D1W", "write it as in "), ("PT1H1H", "write it as in "),
        ("W-FEB", "write it as in "), ("MS-JAN", "write it as in "), ("P99999999999Y", "write it as in "),
        ("99999999999999999999h", "write it as in "),
    ]

    @Test(arguments: faults) func whatIsNotKnownIsHelped(text: String, hint: String) {
        do {
            let frequency = try Frequency(text)
            Issue.record("\(text) was read as \(frequency)")
        } catch {
            #expect(error.description.hasPrefix("frequency '\(text)' is not known; \(hint)"), "\(error)")
        }
    }

    static let seasons: [(String, [Double])] = [
        ("s", [60, 3600, 86_400, 604_800]), ("min", [60, 1440, 10_080]), ("5min", [12, 288, 2016]),
        ("15min", [96, 672]), ("30min", [48, 336]), ("h", [24, 168]), ("2h", [12, 84]), ("6h", [4, 28]),
        ("D", [7, 365.25]), ("24h", [7, 365.25]), ("2D", [3.5, 182.625]), ("B", [5, 365.25 * 5 / 7]),
        ("W-SUN", [365.25 / 7]), ("MS", [12]), ("P1M", [12]), ("3MS", [4]), ("QE", [4]), ("2QS", [2]), ("YS", []),
        ("P1Y", []),
    ]

    @Test(arguments: seasons) func seasonsBelongToFrequencies(text: String, expected: [Double]) throws {
        let seasons = try Frequency(text).seasons
        #expect(
            seasons.count == expected.count && zip(seasons, expected).allSatisfy { abs($0 - $1) < 1e-9 }, "\(seasons)")
    }

    @Test func featuresVaryWithTheFrequency() throws {
        #expect(CalendarFeature.varying(with: try Frequency("h")).first == .hourOfDay)
        #expect(CalendarFeature.varying(with: try Frequency("MS")) == [.monthOfYear])
        #expect(CalendarFeature.varying(with: try Frequency("YS")) == [])
        let local = Zone.floating.local(try TimeAxisTests.stamp("2024-12-31T18:30"))
        let values = CalendarFeature.allCases.map { $0.value(local) }
        let expected: [Double] = [0.5, 18.5 / 24, 1.0 / 7, 30.0 / 31, 365.0 / 366, 0, 11.0 / 12, 0.75]
        #expect(values == expected)
    }
}
