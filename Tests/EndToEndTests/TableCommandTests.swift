import JSON
import TestSupport
import Testing

/// Tables through the commands: what a client sees of their roles, and what a model keeps of them.
@Suite(.serialized) struct TableCommandTests {
    private static let quick = ["--set", "training.epochs=1", "--set", "network.hidden=4"]

    private func run(
        _ arguments: [String], in directory: TemporaryDirectory, data: Bool = true
    ) throws -> (code: Int32, output: String, errors: String) {
        let process = try ChildProcess(arguments + (data ? ["--data", directory.path + "/data"] : []), in: directory)
        let code = process.wait()
        return (code, process.output, process.errors)
    }

    /// Rows of days of two stores with a promotion that is known ahead.
    private static func rows(_ days: Range<Int>, target: (Int) -> String) -> [String] {
        (0..<2).flatMap { store in
            days.map { day in
                let date = "2026-01-\(day < 9 ? "0" : "")\(day + 1)"
                return "\(date),\(store == 0 ? "north" : "south"),\(target(day * (store + 2))),\(day % 5 == 2 ? 1 : 0)"
            }
        }
    }

    @Test func rolesAreShownAndKept() throws {
        let directory = try TemporaryDirectory()
        let history = Self.rows(0..<28) { "\($0 * 7 % 13).5" }
        let file = try directory.write("date,store,sales,promo\n" + history.joined(separator: "\n"), to: "shops.csv")
        let train = try run(["train", file] + Self.quick, in: directory)
        #expect(train.code == 0, "\(train.errors)")
        #expect(
            train.errors.hasPrefix("time: date (daily), id: store, target: sales, known in future: promo\n"),
            "\(train.errors)")
        // Other order of columns and rows, other separator and decimal mark, a column more, and the days to come.
        let ahead = Self.rows(0..<28) { "\($0 * 7 % 13),5" } + Self.rows(28..<31) { _ in "" }
        let turned = ahead.reversed().map { row in
            let cells = row.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            let sales = cells.count == 5 ? cells[2] + "," + cells[3] : cells[2]
            return [cells[cells.count - 1], "9", sales, cells[1], cells[0]].joined(separator: ";")
        }
        let next = try directory.write(
            "promo;extra;sales;store;date\n" + turned.joined(separator: "\n"), to: "next.csv")
        let predict = try run(
            ["predict", "--model", "shops", "--file", next, "--horizon", "3", "--json"], in: directory)
        #expect(predict.code == 0, "\(predict.errors)")
        let answer = try JSONParser.parse(predict.output)["predictions"]
        #expect(answer?[0]?["id"]?.asString == "south" && answer?[1]?["id"]?.asString == "north")
        #expect(answer?[0]?["timestamps"]?[0]?.asString?.hasPrefix("2026-01-29") == true, "\(predict.output)")
        let lacking = try directory.write(
            "date,store,sales,prom\n" + history.joined(separator: "\n"), to: "lacking.csv")
        let refused = try run(["predict", "--model", "shops", "--file", lacking, "--horizon", "3"], in: directory)
        #expect(refused.code == 2 && refused.errors.contains("there is no column promo; did you mean prom?"))
    }

    /// Columns without data change nothing: the model of a table with and without it has the same figures.
    @Test func junkChangesNoVerdict() throws {
        let directory = try TemporaryDirectory()
        let rows = (0..<60).map { ("\(1990 + $0 / 12)-\($0 % 12 < 9 ? "0" : "")\($0 % 12 + 1)", "\($0 * 37 % 101)") }
        let plain = try directory.write(
            "month,passengers\n" + rows.map { "\($0.0),\($0.1)\n" }.joined(), to: "plain.csv")
        let junk = try directory.write(
            ",month,id,unit,passengers,season\n"
                + rows.enumerated().map { "\($0),\($1.0),\($0 + 5000),thousand,\($1.1),\($0 % 12)\n" }.joined(),
            to: "junk.csv")
        let results = try [plain, junk].map { file in
            let train = try run(["train", file, "--model", "m"] + Self.quick + ["--json"], in: directory)
            #expect(train.code == 0, "\(train.errors)")
            return try JSONParser.parse(train.output)["result"]?["metrics"]?.text
        }
        #expect(results[0] != nil && results[0] == results[1])
    }

    @Test func aQuestionEndsWithItsAnswers() throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write(
            "day,load,voltage\n" + (0..<30).map { "\($0),\($0 * 7 % 11),\($0 * 5 % 13)\n" }.joined(), to: "a.csv")
        let asked = try run(["validate", file, "--target", "loud"], in: directory)
        #expect(asked.code == 2 && asked.errors.contains("did you mean load?\n  --target day\n  --target load\n"))
        #expect(try run(["validate", file, "--target", "voltage"], in: directory).code == 0)
        let text = try directory.write((0..<30).map { "\($0 * 7 % 11)\n" }.joined(), to: "numbers.txt")
        let kind = try run(["validate", text], in: directory)
        #expect(kind.code == 2 && kind.errors.contains("  --kind table\n  --kind text\n"), "\(kind.errors)")
        let wrong = try run(["validate", file, "--separator", "x"], in: directory)
        #expect(wrong.code == 1 && wrong.errors.contains("--separator x: expected one of"), "\(wrong.errors)")
    }

    @Test func pipesAndStandardInputAreRead() throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write(
            "Monat;Umsatz\n" + (1...12).map { "01.\($0 < 10 ? "0" : "")\($0).2026;\($0 * 7 % 11),5\n" }.joined(),
            to: "umsatz.csv")
        let data = ["--model", "m", "--data", directory.path + "/data"]
        let pipe = directory.path + "/pipe"
        for (path, preparation) in [
            ("-", "exec <'\(file)'"), (pipe, "mkfifo '\(pipe)'; (cat '\(file)' >'\(pipe)' &) ; true"),
        ] {
            let kind = path == "-" ? [] : ["--kind", "table"]
            let process = try ChildProcess(
                ["validate", path] + kind + data, in: directory, preparation: preparation)
            #expect(process.wait() == 0, "\(process.errors)")
            #expect(process.errors.hasPrefix("time: Monat (monthly), target: Umsatz\n"), "\(process.errors)")
        }
    }

    @Test func timesAreSaidByOptions() throws {
        let directory = try TemporaryDirectory()
        let rows = (0..<60).map { "\(2020 + $0 / 12),\($0 % 12 + 1),\($0 * 37 % 101)\n" }.joined()
        let file = try directory.write("a,b,sales\n" + rows, to: "months.csv")
        let said = try run(
            ["validate", file, "--time", "a,b", "--target", "sales", "--frequency", "QS", "--zone", "Europe/Berlin"],
            in: directory)
        #expect(said.errors.hasPrefix("time: a, b (monthly), target: sales\n"), "\(said.errors)")
        #expect(said.output.contains("QS") && said.output.contains("Europe/Berlin") || said.code != 0, "\(said.output)")
        let zone = try run(
            ["validate", file, "--time", "a,b", "--target", "sales", "--zone", "Europe/Berlim"], in: directory)
        #expect(zone.code == 1 && zone.errors.contains("/forecast/zone"), "\(zone.errors)")
        let marked = try directory.write(
            "day,v\n" + (0..<40).map { "\($0),\($0 % 9 == 4 ? "-999" : "\($0 * 7 % 11)")\n" }.joined(), to: "marks.csv")
        let asked = try run(["validate", marked], in: directory)
        #expect(asked.code == 2 && asked.errors.contains("  --missing -999\n  --missing none\n"), "\(asked.errors)")
        let cleared = try run(["validate", marked, "--missing", "-999"], in: directory)
        #expect(cleared.code == 0 && cleared.output.contains("of 40 values are missing"), "\(cleared.output)")
    }

    /// The server's faults name the line of the file, also behind empty ones.
    @Test func faultsOfTheServerNameTheLine() throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write("[1,2,3]\n\n[2,3,4]\n\n[3,\"x\",5]\n", to: "a.ndjson")
        let refused = try run(["validate", file, "--task", "forecast"], in: directory)
        #expect(refused.code == 1 && refused.errors.contains("a.ndjson, line 5, /1: "), "\(refused.errors)")
    }

    @Test func labelsMakeATask() throws {
        let directory = try TemporaryDirectory()
        let names = ["Ahmed,Arabic", "Wang,Chinese", "Said,Arabic", "Liu,Chinese"]
        let file = try directory.write(
            "name,language\n" + (0..<40).map { names[$0 % 4] + "\n" }.joined(), to: "names.csv")
        let plan = try run(["validate", file, "--label", "language"], in: directory)
        #expect(plan.code == 0 && plan.output.contains("classification"), "\(plan.errors)")
        #expect(plan.errors.hasPrefix("label: language, target: name\n"), "\(plan.errors)")
    }
}
