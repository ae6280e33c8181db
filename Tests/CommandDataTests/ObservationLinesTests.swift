import CommandData
import JSON
import TestSupport
import Testing

/// Lines of observations as steps of a session.
@Suite struct ObservationLinesTests {
    private static func steps(_ lines: [String], _ inputs: String, task: String = "forecast") throws -> [String] {
        var reader = ObservationLines(
            ObservationLines.Inputs(try JSONParser.parse(inputs), task: task))
        return try lines.compactMap { try reader.step($0).map { JSONValue.object($0).text } }
    }

    private static let plain = #"{"kind":"numeric","channels":1}"#
    private static let named =
        #"{"kind":"numeric","channels":2,"targets":["load","sun"],"future":["heat"],"past":["wind"]}"#

    @Test func numbersAreSteps() throws {
        #expect(
            try Self.steps(["1", " 2.5 ", "", "-", "3e2\r"], Self.plain) == [
                #"{"sequence":[1]}"#, #"{"sequence":[2.5]}"#, #"{"sequence":[null]}"#, #"{"sequence":[300]}"#,
            ])
        #expect(
            try Self.steps(["1,2", "3;4", "5\t6", "7 8"], Self.plain) == [
                #"{"sequence":[[1,2]]}"#, #"{"sequence":[[3,4]]}"#, #"{"sequence":[[5,6]]}"#, #"{"sequence":[[7,8]]}"#,
            ])
    }

    @Test func aTextAmongNumbersIsTheTime() throws {
        let expected = #"{"sequence":{"timestamps":["2026-01-02T00:00"],"target":[4]}}"#
        #expect(try Self.steps(["2026-01-02T00:00,4"], Self.plain) == [expected])
        #expect(try Self.steps(["time,value", "2026-01-02T00:00,4"], Self.plain) == [expected])
        #expect(try Self.steps(["4,\"2026-01-02T00:00\""], Self.plain) == [expected])
    }

    @Test func columnsAreKnownByTheirNames() throws {
        #expect(
            try Self.steps(["day,heat,sun,load,wind", "2026-01-02,1,2,3,NA"], Self.named) == [
                #"{"sequence":{"timestamps":["2026-01-02"],"target":{"sun":[2],"load":[3]},"future":{"heat":[1]},"#
                    + #""past":{"wind":[null]}}}"#
            ])
    }

    @Test func jsonGoesAsItIs() throws {
        #expect(
            try Self.steps(["[1,2]", #"{"sequence":[3],"horizon":2}"#], Self.plain) == [
                #"{"sequence":[1,2]}"#, #"{"sequence":[3],"horizon":2}"#,
            ])
    }

    @Test func textsKeepTheirBreaks() throws {
        let inputs = #"{"kind":"tokens","tokens":"characters"}"#
        #expect(
            try Self.steps(["the cat", "1"], inputs, task: "language_model") == [
                #"{"sequence":"the cat\n"}"#, #"{"sequence":"1\n"}"#,
            ])
        #expect(try Self.steps(["the cat"], inputs, task: "tagging") == [#"{"sequence":"the cat"}"#])
    }

    @Test func faultsNameTheLine() throws {
        func fault(_ lines: [String], _ inputs: String = ObservationLinesTests.plain) -> String {
            do { _ = try Self.steps(lines, inputs) } catch { return "\(error)" }
            return ""
        }
        #expect(fault(["1", "a1,b2,3"]).hasPrefix("line 2: \"b2\" is not a number"))
        #expect(fault(["{"]).hasPrefix("line 1: not JSON"))
        #expect(fault(["a,b", "1"]).hasPrefix("line 2: 1 cells under 2 names"))
        #expect(fault(["day,fog", "2026-01-02,1"], Self.named).contains("no column 'fog'"))
    }

    @Test func linesComeOneByOne() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write("a\nb\r\n\nlast", to: "lines")
        var lines: [String] = []
        try LineReader(path: path).forEach { lines.append($0) }
        #expect(lines == ["a", "b\r", "", "last"])
    }
}
