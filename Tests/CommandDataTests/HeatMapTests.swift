import CommandData
import Testing

@Suite struct HeatMapTests {
    @Test func sharesAreDrawnUnderTheNamesOfTheirColumns() {
        let map = HeatMap(
            rows: ["x", "long"], columns: ["a", "bc", " "], values: [[1, 0.5, 0], [0.04, 0.06, .nan]])
        #expect(
            map.lines(width: 80, style: .digits) == [
                "      b ", "     ac␣", "   x #5.", "long .1.",
            ])
        #expect(map.lines(width: 80, style: .shades).suffix(2) == ["   x █▒·", "long ···"])
        let colours = map.lines(width: 80, style: .colours)[2]
        #expect(colours == "   x \u{1B}[48;5;255m  \u{1B}[48;5;244m  \u{1B}[48;5;232m  \u{1B}[0m")
    }

    @Test func columnsThatDoNotFitFollowBelow() {
        let map = HeatMap(rows: ["r"], columns: ["a", "b", "c"], values: [[0, 1, 0.3]])
        #expect(
            map.lines(width: 5, style: .digits) == [
                "positions 0 to 1", "  ab", "r .#", "", "positions 2 to 2", "  c", "r 3",
            ])
    }

    @Test func longNamesAreCut() {
        let map = HeatMap(
            rows: [String(repeating: "r", count: 20)], columns: [String(repeating: "c", count: 20)], values: [[1]])
        let lines = map.lines(width: 80, style: .digits)
        #expect(lines.count == 13 && lines[11].hasSuffix("…") && lines[12] == String(repeating: "r", count: 15) + "… #")
    }
}
