import CommandData
import JSON
import Testing

/// Forecasts as people read them.
@Suite struct ForecastTableTests {
    private static let whole = ForecastTable.Members(
        mean: "mean", levels: "quantiles", times: "timestamps", channels: "channels")
    private static let step = ForecastTable.Members(
        mean: "mean", levels: "quantiles", times: "timestamp", channels: "channels")

    private func lines(_ answer: String) throws -> [String] {
        let table = ForecastTable(try JSONParser.parse(answer), Self.whole)
        return [table.heads.joined(separator: "|")]
            + table.rows.map { ([$0.step] + $0.cells.map(\.text)).joined(separator: "|") }
    }

    @Test func withoutTimesStepsAreNumbered() throws {
        #expect(
            try lines(#"{"mean":[1.5,2.5],"quantiles":{"0.1":[1.25,1.5],"0.9":[2.25,2.5]}}"#)
                == ["step|mean|q0.1|q0.9", "1|1.5|1.25|2.25", "2|2.5|1.5|2.5"])
        // Channels without names stay together.
        #expect(try lines(#"{"mean":[[1,2],[3,4]]}"#) == ["step|mean", "1|[1,2]", "2|[3,4]"])
        #expect(try lines(#"{"mean":[]}"#) == ["step|mean"])
    }

    @Test func timesAndNamesStandInTheirPlace() throws {
        #expect(
            try lines(
                #"""
                {"channels":["sales"],"timestamps":["2026-01-01","2026-01-02"],"mean":[1.5,2.5],
                 "quantiles":{"0.5":[3,4]}}
                """#) == ["time|sales|q0.5", "2026-01-01|1.5|3.0", "2026-01-02|2.5|4.0"])
        #expect(
            try lines(
                #"""
                {"channels":["sales","re\tturns"],"timestamps":[1767225600],"mean":[[1,2]],"quantiles":{"0.5":[[3,4]]}}
                """#) == ["time|sales|sales q0.5|re turns|re turns q0.5", "1767225600|1.0|3.0|2.0|4.0"])
        #expect(try ForecastTable(JSONParser.parse(#"{"timestamps":[1],"mean":[1]}"#), Self.whole).isTimed)
    }

    @Test func anEventIsARow() throws {
        func row(_ event: String) throws -> [String] {
            let row = ForecastTable.row(try JSONParser.parse(event), step: "step", Self.step)
            return [row.step] + row.cells.map(\.text)
        }
        #expect(try row(#"{"step":3,"mean":1.5,"quantiles":{"0.1":1}}"#) == ["3", "1.5", "1"])
        #expect(try row(#"{"step":3,"timestamp":"2026-01-03","mean":[1,2]}"#) == ["2026-01-03", "[1,2]"])
        #expect(
            try row(#"{"step":1,"channels":["a","b"],"mean":[1,2],"quantiles":{"0.1":[3,4]}}"#) == [
                "1", "1.0", "3.0", "2.0", "4.0",
            ])
    }
}
