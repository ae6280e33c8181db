import CommandData
import Testing

@Suite struct TextTableTests {
    private func table() -> TextTable {
        var table = TextTable([.init("name"), .init("skill", isNumeric: true), .init("verdict")])
        table.append(["a", "0.5", "better than naive by 50 %"])
        table.append(["longer-name", "-12.25", ""])
        return table
    }

    @Test func cellsAreAlignedUnderTheirHeads() {
        #expect(
            table().lines() == [
                "name          skill  verdict",
                "a               0.5  better than naive by 50 %",
                "longer-name  -12.25",
            ])
    }

    /// No line is wider than the terminal; numbers stay whole as long as texts can give way.
    @Test(arguments: [10, 20, 30, 38, 80]) func linesFitTheTerminal(width: Int) {
        let lines = table().lines(width: width)
        #expect(lines.allSatisfy { $0.count <= width }, "\(lines)")
        #expect(lines[2].contains("-12.25") == (width >= 20), "\(lines)")
        #expect(width != 38 || lines[1].hasSuffix("…"))
    }

    @Test func namesToCopyAreNotCut() {
        var table = TextTable([.init("id", isWhole: true), .init("verdict"), .init("task", isWhole: true)])
        table.append(["job_01M8JAPP9M6W2RNE0W8KQE4PBR", "better than seasonal naive by 64 %", "forecast"])
        #expect(
            table.lines(width: 60)[1] == "job_01M8JAPP9M6W2RNE0W8KQE4PBR  better than seaso…  forecast")
        #expect(table.lines(width: 45)[1] == "job_01M8JAPP9M6W2RNE0W8KQE4PBR  better than …")
        #expect(table.lines(width: 34)[1] == "job_01M8JAPP9M6W2RNE0W8KQE4PBR")
    }

    @Test func aServerDoesNotSteerTheTerminal() {
        var table = TextTable([.init("error")])
        table.append(["a\u{1B}[2Jb\nc\u{202E}d"])
        #expect(table.lines() == ["error", "a [2Jb c d"])
        #expect(!table.isEmpty && TextTable([.init("a")]).isEmpty)
    }

    @Test func sentencesAreWrappedBetweenWords() {
        #expect(WrappedText.lines("one two  three", width: 7) == ["one two", "three"])
        #expect(WrappedText.lines("one", width: 2) == ["one"] && WrappedText.lines("", width: 9) == [""])
        #expect(WrappedText.lines("a b c", width: nil) == ["a b c"])
    }

    @Test func namesComeFromFiles() {
        let cases: [(String, String?)] = [
            ("airline.csv", "airline"), ("data/Airline passengers.2.csv", "Airline-passengers.2"), ("../x", "x"),
            ("/tmp/.hidden", "hidden"), ("Übung.txt", "bung"), ("...", nil), ("日本.csv", nil), ("a--b__.json", "a--b"),
            (String(repeating: "x", count: 90) + ".csv", String(repeating: "x", count: 64)), ("", nil),
        ]
        for (path, name) in cases { #expect(FileTitle.modelName(path: path) == name, "\(path)") }
    }

    @Test func durationsReadAsOnAClock() {
        let cases: [(Double, String)] = [
            (0, "0:00"), (6.6, "0:07"), (59.6, "1:00"), (750, "12:30"), (11_100, "3:05:00"), (183_900, "2 d 3:05"),
            (-1, "-"), (.nan, "-"), (.infinity, "-"),
        ]
        for (seconds, text) in cases { #expect(DurationText.text(seconds: seconds) == text) }
    }
}
