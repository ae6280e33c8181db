import CommandData
import JSON
import Tables
import Testing

/// Predictions as people read them.
@Suite struct AnswerTableTests {
    private static let path = AnswerForm.Path(
        mean: "mean", levels: "quantiles", times: "timestamps", channels: "channels")
    private static let step = AnswerForm.Path(
        mean: "mean", levels: "quantiles", times: "timestamp", channels: "channels", step: "step")

    private func lines(_ predictions: String, keepsDigits: Bool = false) throws -> [String] {
        let rows = PredictionRows(try JSONParser.parse(predictions).elements ?? [], forms: [.path(Self.path)])
        return AnswerTable(rows, keepsDigits: keepsDigits).table.lines()
    }

    @Test func numbersHaveTheDigitsThatAreRead() throws {
        #expect(
            try lines(#"[{"mean":[446.00150202791815,98.42],"quantiles":{"0.1":[417.8027,-7.25]}}]"#) == [
                "step    mean    q0.1", "   1  446.00  417.80", "   2   98.42   -7.25",
            ])
        #expect(
            try lines(#"[{"mean":[446.00150202791815,98.42]}]"#, keepsDigits: true) == [
                "step                mean", "   1  446.00150202791815", "   2   98.42",
            ])
        // Far from zero the digits that differ count, and small ones among large keep some.
        #expect(
            try lines(#"[{"mean":[1000000000.25,1000000001.5]}]"#) == [
                "step           mean", "   1  1000000000.25", "   2  1000000001.50",
            ])
        #expect(
            try lines(#"[{"mean":[12345.678,0.001234]}]"#) == [
                "step         mean", "   1  12346", "   2      0.00123",
            ])
    }

    @Test func idsTimesAndChannelsStandInFront() throws {
        #expect(
            try lines(
                #"""
                [{"id":"north","timestamps":["2026-01-01"],"channels":["sales"],"mean":[1.5]},
                 {"id":"south-east","timestamps":["2026-01-01"],"channels":["sales"],"mean":[12.5]}]
                """#)
                == [
                    "id          time         sales", "north       2026-01-01   1.500",
                    "south-east  2026-01-01  12.500",
                ])
        #expect(
            try lines(#"[{"channels":["a","b\u001b[2J"],"mean":[[1,2]]},{"channels":["a","b"],"mean":[[3,4]]}]"#) == [
                "sequence  step  channel    mean", "       0     1  a        1.0000",
                "       0     1  b [2J    2.0000", "       1     1  a        3.0000",
                "       1     1  b        4.0000",
            ])
    }

    @Test func linesThatComeKeepTheirColumns() throws {
        var table = AnswerLines(keepsDigits: false)
        func lines(_ event: String) throws -> [String] {
            table.lines(PredictionRows(event: try JSONParser.parse(event), forms: [.path(Self.step)]))
        }
        #expect(
            try lines(#"{"sequence":0,"step":1,"mean":446.0015,"quantiles":{"0.1":417.8}}"#) == [
                "sequence  step      mean      q0.1", "       0     1    446.00    417.80",
            ])
        #expect(
            try lines(#"{"sequence":0,"step":2,"mean":6.5,"quantiles":{"0.1":-7.125}}"#) == [
                "       0     2      6.50     -7.13"
            ])
    }

    @Test func numbersOfAllSizesAreReadable() {
        let cases: [(values: [Double], texts: [String])] = [
            ([0, 0], ["0", "0"]), ([0, 12.5], ["0.000", "12.500"]), ([0.5, 0.25], ["0.50000", "0.25000"]),
            ([1e20, 3], ["1.0000e20", "3.00"]), ([1e-9, 2e-9], ["1.0000e-9", "2.0000e-9"]),
            ([-0.0001, 100], ["-0.000100", "100.00"]), ([.nan, .infinity, 1], ["nan", "inf", "1.0000"]),
            ([123_456_789], ["123456789"]), ([99999.96, 1], ["100000", "1.00"]),
        ]
        for item in cases {
            let numbers = AlignedNumbers(of: item.values)
            #expect(item.values.map(numbers.text) == item.texts)
        }
    }
}
