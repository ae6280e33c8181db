import JSON
import Tables
import Testing

/// Tables that come as records.
@Suite struct RecordTableTests {
    private func table(_ lines: String, _ reading: TableReading = TableReading()) throws -> RequestTable {
        var builder = RecordTableBuilder()
        for (index, line) in lines.split(separator: "\n").enumerated() {
            try builder.add(JSONParser.parse(String(line)), number: index)
        }
        return try builder.finish(reading)
    }

    private func members(_ lines: String, _ change: (inout TableInput) -> Void = { _ in }) throws -> (String, String) {
        var input = TableInput()
        change(&input)
        let (members, roles) = try table(lines, input.reading).members(input)
        return (members["sequences"]?.text ?? "", roles.account)
    }

    private func fault(_ body: () throws -> Void) throws -> TableFault? {
        do {
            try body()
            return nil
        } catch let fault as TableFault {
            return fault
        }
    }

    /// Members in another order, absent ones and rows in no order are the table that the text is.
    @Test func recordsAreTheTableOfTheText() throws {
        let days = (0..<30).map { (Tables.day($0), "\(Tables.noise($0))", $0 % 7 == 3 ? "true" : "false") }
        let text =
            "date,store,sales,promo\n"
            + days.map { "\($0.0),007,\($0.1),\($0.2)\n\($0.0),010,,\($0.2)\n" }.joined()
            + "2026-02-01,010,4,false\n"
        let rows =
            days.flatMap { date, sales, promo in
                [
                    #"{"sales":\#(sales),"date":"\#(date)","promo":\#(promo),"store":"007"}"#,
                    #"{"promo":\#(promo),"store":"010","date":"\#(date)"}"#,
                ]
            } + [#"{"store":"010","date":"2026-02-01","sales":4,"promo":false}"#]
        let shuffled = rows.indices.map { rows[$0 * 17 % rows.count] }
        #expect(Set(shuffled).count == rows.count)
        let (sequences, account) = try members(shuffled.joined(separator: "\n"))
        let expected = try Tables.records(text)
        let found = try JSONParser.parse(sequences).elements?.map(\.text) ?? []
        #expect(found.count == 2)
        // Columns stand in the order of the first record, and series in that of the rows.
        #expect(found.sorted() == expected.sorted())
        #expect(account == "time: date (daily, 1 gap), id: store, target: sales, known in future: promo")
    }

    @Test func numbersOfJSONAreNumbers() throws {
        // As a text, 1e22 and its like would be article numbers.
        let exponents = try table("{\"a\":1e22}\n{\"a\":2e22}\n{\"a\":3e22}").table
        #expect(exponents.column("a")?.kind == .number && exponents.column("a")?.numbers == [1e22, 2e22, 3e22])
        let null = try table("{\"a\":1.5}\n{\"a\":null}\n{\"a\":2.5}\n{\"b\":1}").table
        #expect(null.rowCount == 4 && null.column("a")?.numbers[1].isNaN == true && null.column("b")?.numbers[3] == 1)
        let text = try table("{\"a\":\"x, \\\"y\\\"\\nz\",\"b\":1}\n{\"a\":\"w\",\"b\":2}").table
        #expect(text.column("a")?.text(0) == "x, \"y\"\nz" && text.column("a")?.text(1) == "w")
    }

    /// Decimal commas in texts are asked about as in a text, and read where they are said.
    @Test func textsAreReadAsCells() throws {
        var reading = TableReading()
        reading.decimalMark = UInt8(ascii: ",")
        let german = try table("{\"a\":\"1,5\"}\n{\"a\":\"2,25\"}\n{\"a\":3}", reading).table
        #expect(german.column("a")?.numbers == [1.5, 2.25, 3])
        #expect(try table("{\"a\":\"1,234\"}\n{\"a\":\"2,345\"}").table.doubts.first?.option == "decimal")
    }

    @Test func faultsNameTheRecord() throws {
        #expect(
            try fault { _ = try table("{\"a\":1}\n{\"a\":2,\"b\":[1]}") }
                == TableFault(
                    row: 1, column: "b",
                    detail: "expected a number, a text, true, false or null, found an array"))
        #expect(try fault { _ = try table("{\"a\":1}\n[2]") }?.row == 1)
        #expect(try fault { _ = try table("{}\n{}") }?.detail == "the table has no rows")
        // Lines within cells do not count as records.
        let rows = (0..<40).map { #"{"n\n":\#($0),"t":"two\nlines","v":\#($0 == 31 ? "\"oops\"" : "\($0 * 7 % 11)")}"# }
        let cell = try fault { _ = try table(rows.joined(separator: "\n")) }
        #expect(cell?.row == 31 && cell?.column == "v" && cell?.cell == "oops", "\(String(describing: cell))")
    }

    /// A few bytes do not become many cells.
    @Test func aTableHasTheSameColumnsInAllRows() throws {
        var builder = RecordTableBuilder()
        for row in 0..<1100 {
            try builder.add(.object(JSONObject([(key: "c\(row)", value: .integer(row))])), number: row)
        }
        #expect(
            try fault { _ = try builder.finish(TableReading()) }?.detail.hasPrefix("1100 different members in 1100 ")
                == true)
    }

    @Test func pairsAndSeriesAreNotRecords() throws {
        func isRecord(_ text: String) throws -> Bool { RecordTableBuilder.isRecord(try JSONParser.parse(text)) }
        #expect(try isRecord(#"{"date":"2026-01-01","sales":1}"#) && isRecord(#"{"target":1,"day":2}"#))
        #expect(try isRecord(#"{"day":1,"tags":["a"]}"#), "nested by mistake: refused with its place")
        for text in [
            "[1]", "{}", #"{"input":"a","target":"b"}"#, #"{"target":[1,2]}"#, #"{"input":[1],"target":2}"#,
            #"{"target":{"a":[1]},"id":"b"}"#, #"{"model":"m","sequences":[[1]]}"#,
        ] {
            #expect(try !isRecord(text), "\(text)")
        }
    }

    // MARK: What a model knows

    private func input(_ names: JSONValue, _ task: String) -> TableInput {
        var input = TableInput()
        input.isPrediction = true
        input.take(names: names, task: task)
        return input
    }

    /// A model of labels knows its inputs by name, and a table of a prediction need not have the labels.
    @Test func aModelOfLabelsKnowsItsColumns() throws {
        let names: JSONValue = [
            "roles": ["account": "", "label": ["kind"], "target": ["x", "y"], "id": ["run"], "time": ["t"]]
        ]
        func inputs(_ text: String) throws -> String {
            let input = input(names, "classification")
            return try RequestTable(Tables.read(text)).members(input).0["sequences"]?.text ?? ""
        }
        let rows: [(run: Int, t: Int, x: Double, y: Double)] = (0..<12).map { number in
            let x = Double(number * 7 % 11) + 0.5, y = Double(number * 5 % 13) + 0.25
            return (number / 6, number % 6, x, y)
        }
        let trained = "run,t,x,y,kind\n" + rows.map { "r\($0.run),\($0.t),\($0.x),\($0.y),a\n" }.joined()
        let turned = "y,junk,x,t,run\n" + rows.map { "\($0.y),\($0.x + 3),\($0.x),\($0.t),r\($0.run)\n" }.joined()
        let expected = try inputs(trained)
        #expect(expected.hasPrefix("[[[0.5,0.25],[7.5,5.25]"), "\(expected)")
        #expect(try inputs(turned) == expected)
        let lacking = turned.replacing("y,junk", with: "z,junk")
        #expect {
            _ = try inputs(lacking)
        } throws: {
            ($0 as? TableDoubt)?.question.hasPrefix("there is no column y") == true
        }
    }

    /// The columns that call rows and series are those of the training where the table has them.
    @Test func timeAndIDAreTakenByName() throws {
        let names: JSONValue = [
            "targets": ["sales"], "roles": ["account": "", "time": ["day"], "id": ["shop"], "target": ["sales"]],
        ]
        let text =
            "printed,day,shop,region,sales\n"
            + (0..<20).map { "2026-03-01,\(Tables.day($0 / 2)),s\($0 % 2),r\($0 % 2),\(Tables.noise($0))\n" }.joined()
        var input = input(names, "forecast")
        let known = try RequestTable(Tables.read(text)).members(input).roles
        #expect(known.columns[.time] == ["day"] && known.columns[.id] == ["shop"], "\(known.account)")
        // Called otherwise now: found as ever.
        input.roles.known[.id] = ["filiale"]
        let others = try RequestTable(Tables.read(text.replacing("shop", with: "store"))).members(input).roles
        #expect(others.columns[.id] == ["store"], "\(others.account)")
    }

    @Test func rolesAreKeptAsJSON() throws {
        let text = Tables.days(40, "date,row,shop,sales") { "\($0),12,\(Tables.noise($0))" }
        let roles = RoleNames(try Tables.found(Tables.read(text)), layout: .long)
        #expect(RoleNames(roles.json) == roles && roles.columns[.target] == ["sales"])
        #expect(roles.json["left_out"]?[0]?.text == #"{"column":"row","reason":"an index"}"#)
        #expect(RoleNames(nil) == nil && RoleNames(["target": ["a"]]) == nil)
    }

    @Test func bodiesSayRoles() throws {
        func read(_ text: String, _ change: (inout TableInput) -> Void = { _ in }) throws -> (RecordsBody, TableInput) {
            var input = TableInput()
            change(&input)
            let object = try #require(try JSONParser.parse(text).object)
            return (try RecordsBody(object, into: &input, isPrediction: false), input)
        }
        func faults(_ text: String, _ change: (inout TableInput) -> Void = { _ in }) throws -> [JSONFault] {
            do {
                _ = try read(text, change)
                return []
            } catch let error as RecordsFaults {
                return error.list
            }
        }
        let (body, input) = try read(
            #"{"model":"m","records":[{"a":1}],"time":"a","target":["b","c"],"decimal":",","layout":"long"}"#)
        #expect(body.request == ["model": "m"] && body.records.count == 1)
        #expect(input.roles.columns == [.time: ["a"], .target: ["b", "c"]] && input.reading.layout == .long)
        #expect(
            try faults(#"{"records":[],"time":3,"layout":"tall","sequences":[[1]]}"#).map(\.pointer) == [
                "/records", "/time", "/layout", "/sequences",
            ])
        let conflict = try faults(#"{"records":[{"a":1}],"time":"a"}"#) { $0.take(.time, names: ["b"]) }
        #expect(conflict == [JSONFault(pointer: "/time", detail: "b is said beside the body: say it once")])
        #expect(try faults(#"{"records":[{"a":1}],"time":"a"}"#) { $0.take(.time, names: ["a"]) } == [])
    }
}
