import CommandData
import Compression
import JSON
import Tables
import TestSupport
import Testing

/// What a file is, told by its content.
@Suite struct ContentKindTests {
    private func kind(_ name: String, _ bytes: [UInt8]) throws -> String {
        let directory = try TemporaryDirectory(), path = directory.path + "/" + name
        try TemporaryDirectory.put(bytes, path)
        do {
            return try TrainingFile(path: path).account ?? "no table"
        } catch let question as TableQuestion {
            return question.doubt.option
        } catch let error as InputError {
            return String(error.description.replacing(path, with: name))
        }
    }

    private let numbers = Array((0..<30).map { "\($0 * 7 % 11).5\n" }.joined().utf8)
    private let rows = Array(("day,value\n" + (0..<30).map { "\($0),\($0 * 7 % 11).5\n" }.joined()).utf8)

    /// A column of numbers is not learned letter by letter without a word.
    @Test func aTextThatLooksLikeATableIsAskedAbout() throws {
        for name in ["a.txt", "a.dat", "a"] {
            #expect(try kind(name, numbers) == "kind" && kind(name, rows) == "kind", "\(name)")
            let prose =
                "It was, in short, a day like any other.\nNothing, or so, came.\nOne, two.\nThree, four, five.\n"
            #expect(try kind(name, Array(prose.utf8)) == "no table", "\(name)")
        }
        let blanks = Array((0..<30).map { "2026-01-01 \($0 * 7 % 11)  x\n" }.joined().utf8)
        #expect(try kind("a.txt", blanks).hasPrefix("a.txt: its cells are parted by blanks"))
        #expect(try kind("a.csv", numbers) == "target: column 1")
        #expect(try kind("a.dat", Array(#"[[1,2],[3]]"#.utf8)) == "no table", "an array of sequences")
    }

    @Test func compressedTablesAreRead() throws {
        let gzip = try GzipCompressor(.document).finish(rows[...])
        #expect(try kind("a.csv.gz", gzip) == "time: day (steps), target: value")
        #expect(try kind("a.csv.gz", Array(gzip.dropLast(9))).hasPrefix("a.csv.gz: gzip: "))
    }

    @Test func filesOfOtherProgramsAreNamed() throws {
        #expect(try kind("a.csv", Array("PAR1xxxx".utf8)).contains("read_parquet('a.csv').to_csv("))
        #expect(try kind("a.xlsx", [0x50, 0x4B, 3, 4, 0, 0]).contains("save the sheet as CSV"))
    }

    /// At prediction the columns are those of the model, whatever their order.
    @Test func aModelTakesItsOwnColumns() throws {
        let directory = try TemporaryDirectory()
        let text =
            "promo,extra,sales,date\n" + (1...9).map { "\($0 % 2),\($0),\($0 * 3 % 7),2026-01-0\($0)\n" }.joined()
        var input = TableInput()
        input.isPrediction = true
        input.take(names: ["targets": ["sales"], "future": ["promo"], "frequency": "D"], task: "forecast")
        let file = try TrainingFile(path: directory.write(text, to: "a.csv"), input)
        let account = "time: date (daily), target: sales, known in future: promo, left out: extra (an index)"
        #expect(file.account == account)
        #expect(throws: TableQuestion.self) {
            try TrainingFile(path: directory.write(text.replacing("promo", with: "prom"), to: "b.csv"), input)
        }
    }
}
