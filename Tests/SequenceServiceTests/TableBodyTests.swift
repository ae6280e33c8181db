import JSON
import Logging
import SequenceModels
import SequenceService
import Tables
import TestSupport
import Testing

/// Bodies that are tables: as text, as records, as JSON lines.
@Suite struct TableBodyTests {
    private func lease() -> MemoryLease { MemoryBudget(sizeBytesMax: 1 << 30).lease(for: "a") }

    private func query(_ text: String, isPrediction: Bool = false) throws -> QuerySettings {
        let pairs = text.split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
            return (name: parts[0], value: parts.count > 1 ? parts[1] : "")
        }
        return try QuerySettings(pairs, isPrediction: isPrediction)
    }

    private func table(_ body: String, _ type: String, _ query: QuerySettings) throws -> TableBody {
        guard case .table(let table) = try TableBody.read(Array(body.utf8), type: type, query, lease: lease()) else {
            throw Unexpected(what: "no table")
        }
        return table
    }

    private struct Unexpected: Error { let what: String }

    private func training(_ body: String, _ type: String, _ query: String = "model=m") throws -> JobRequest {
        let (request, _) = try table(body, type, self.query(query)).made()
        return try TrainBody.read(.object(request), limits: ServiceLimits())
    }

    /// The problem that a client is told.
    private func problem(_ action: () throws -> Void) -> JSONValue {
        do {
            try action()
            return .null
        } catch {
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            return ProblemMapper.problem(for: error, requestID: "r", logger: logger).json
        }
    }

    private static func day(_ number: Int) -> String { "2026-01-\(number < 9 ? "0" : "")\(number + 1)" }

    private static let rows: [(date: String, store: String, sales: String, promo: Int)] = (0..<2).flatMap { store in
        (0..<20).map { (day($0), "s\(store)", "\($0 * (store + 7) % 13).5", $0 % 5 == 2 ? 1 : 0) }
    }
    private static let text =
        "date,store,sales,promo\n" + rows.map { "\($0.date),\($0.store),\($0.sales),\($0.promo)\n" }.joined()
    private static let records = rows.map {
        #"{"date":"\#($0.date)","store":"\#($0.store)","sales":\#($0.sales),"promo":\#($0.promo)}"#
    }

    /// The oracle is written by hand, as a client of series would.
    @Test func eachFormIsTheSameData() throws {
        func list(_ store: Int, _ cell: (Int) -> String) -> String {
            "[" + (0..<20).map { cell(store * 20 + $0) }.joined(separator: ",") + "]"
        }
        let series = (0..<2).map { store in
            """
            {"id":"s\(store)","timestamps":\(list(store) { "\"\(Self.rows[$0].date)\"" }),\
            "target":{"sales":\(list(store) { Self.rows[$0].sales })},\
            "future":{"promo":\(list(store) { "\(Self.rows[$0].promo)" })}}
            """
        }
        let byHand = try TrainBody.read(
            JSONParser.parse(#"{"model":"m","sequences":[\#(series.joined(separator: ","))]}"#),
            limits: ServiceLimits())
        let digest = byHand.data.document.text
        let array = "[" + Self.records.joined(separator: ",") + "]"
        let shuffled = Self.records.indices.map { Self.records[$0 * 7 % 40] }
        let forms = [
            (Self.text, "text/csv"), (Self.text.replacing(",", with: "\t"), "text/tab-separated-values"),
            (array, "application/json"), (Self.records.joined(separator: "\n"), "application/x-ndjson"),
            (Self.records.joined(separator: "\r\n\r\n"), "application/jsonl"),
            (#"{"records":\#(array)}"#, "application/json"),
        ]
        for (body, type) in forms {
            let request = try training(body, type)
            #expect(request.data.document.text == digest, "\(type)")
            #expect(
                request.roles?.account == "time: date (daily), id: store, target: sales, known in future: promo")
        }
        let other = try training("[" + shuffled.joined(separator: ",") + "]", "application/json")
        let ids = try #require(other.data.document["sequences"]?.elements)
        #expect(ids.map(\.text).sorted() == byHand.data.document["sequences"]?.elements?.map(\.text).sorted())
    }

    @Test func whatIsSaidCounts() throws {
        let request = try training(
            Self.text, "text/csv",
            "model=m&time=date&group=store&target=sales&past=promo&forecast.horizon=3&training.epochs=2&promote=never"
                + "&network.hidden=4&forecast.quantiles=0.1,0.9&task=forecast&frequency=D")
        #expect(request.model == "m" && request.promotion == .never && request.settings.task == .forecast)
        #expect(request.settings.forecast.horizon == 3 && request.settings.forecast.quantiles == [0.1, 0.9])
        #expect(request.settings.forecast.frequency == "D" && request.settings.network.hidden == 4)
        #expect(request.roles?.columns[.past] == ["promo"])
        let german = "Tag;Wert\n01.02.2026;1,5\n02.02.2026;2,5\n03.02.2026;0,5\n"
        let values = try training(german, "text/csv").data.document["sequences"]?[0]?["target"]?["Wert"]
        #expect(values == .numbers([1.5, 2.5, 0.5]))
        let headless = try training("1|2\n3|5\n7|4\n", "text/csv", "model=m&header=false&separator=|&target=column 2")
        #expect(headless.data.document["sequences"]?[0]?["target"] == .numbers([2, 5, 4]))
        let body =
            #"{"model":"n","records":[\#(Self.records.joined(separator: ","))],"past":"promo","promote":"never"}"#
        let said = try table(body, "application/json", query("target=sales&forecast.horizon=2"))
        let made = try TrainBody.read(.object(said.made().request), limits: ServiceLimits())
        #expect(made.model == "n" && made.settings.forecast.horizon == 2 && made.roles?.columns[.past] == ["promo"])
    }

    @Test func linesAndArraysOfSeriesAreSequences() throws {
        for (body, type) in [
            ("[1,2,3]\n[4,5,6]\n", "application/x-ndjson"), ("[[1,2,3],[4,5,6]]", "application/json"),
            (#"{"target":[1,2,3]}"# + "\n" + #"{"target":[4,5,6]}"#, "application/jsonlines"),
        ] {
            let content = try TableBody.read(Array(body.utf8), type: type, query("model=m"), lease: lease())
            guard case .request(let json) = content else { throw Unexpected(what: "a table") }
            let request = try TrainBody.read(json, limits: ServiceLimits())
            #expect(request.model == "m" && request.data.examples.count == 2 && request.roles == nil, "\(body)")
        }
        let pairs = #"[{"input":"a","target":"x"},{"input":"b","target":"y"}]"#
        guard case .request = try TableBody.read(Array(pairs.utf8), type: "application/json", query(""), lease: lease())
        else { throw Unexpected(what: "pairs are no rows") }
    }

    // MARK: Faults

    @Test func faultsHaveTheirPlaces() throws {
        let rows = (0..<30).map { "\(Self.day($0)),\($0 == 12 ? "n.v." : "\($0 * 7 % 11)")\n" }.joined()
        let cell = problem { _ = try training("date,sales\n" + rows, "text/csv") }
        #expect(cell["status"]?.asInt == 422 && cell["type"]?.asString == "/problems/invalid-request")
        #expect(
            cell["errors"]?[0]?.text
                == #"{"pointer":"","detail":"\"n.v.\" is not a number, as the others are","line":14,"column":"sales","#
                + #""cell":"n.v."}"#)
        #expect(cell["detail"]?.asString == #"line 14, column sales: "n.v." is not a number, as the others are"#)
        let ragged = problem { _ = try training("a,b\n1,2\n3\n", "text/csv") }
        #expect(ragged["status"]?.asInt == 400 && ragged["type"]?.asString == "/problems/malformed-table")
        #expect(ragged["errors"]?[0]?["line"]?.asInt == 3)
        let empty = problem { _ = try training("a,b\n", "text/csv") }
        #expect(empty["status"]?.asInt == 422 && empty["detail"]?.asString == "the table has no rows")
        func nested(_ body: String) -> JSONValue { problem { _ = try training(body, "application/json") } }
        #expect(nested(#"[{"a":1},{"a":[2]}]"#)["errors"]?[0]?["pointer"]?.asString == "/1/a")
        #expect(nested(#"{"records":[{"a":1},{"a":{}}]}"#)["errors"]?[0]?["pointer"]?.asString == "/records/1/a")
        #expect(nested(#"[{"a":1},2]"#)["errors"]?[0]?["pointer"]?.asString == "/1")
        let line = problem { _ = try training("{\"a\":1}\n\n{\"a\":[2]}", "application/x-ndjson") }
        #expect(line["errors"]?[0]?["line"]?.asInt == 3 && line["errors"]?[0]?["column"]?.asString == "a")
        let mixed = problem { _ = try training("[1]\n{\"a\":1}", "application/x-ndjson") }
        #expect(mixed["errors"]?[0]?["line"]?.asInt == 2)
        let json = problem { _ = try training("{\"a\":1}\n{", "application/x-ndjson") }
        #expect(json["status"]?.asInt == 400 && json["detail"]?.asString?.hasPrefix("line 2, ") == true)
    }

    /// A question is for programs, too: its option, and what would answer it.
    @Test func doubtIsAQuestion() throws {
        let rows = (0..<30).map { "\(Self.day($0)),\($0 * 7 % 11),\($0 * 5 % 13)\n" }.joined()
        let asked = problem { _ = try training("date,current,voltage\n" + rows, "text/csv") }
        #expect(asked["status"]?.asInt == 422 && asked["type"]?.asString == "/problems/open-question")
        #expect(asked["question"]?["option"]?.asString == "target")
        #expect(asked["question"]?["answers"]?.asStrings == ["current", "voltage"])
        #expect(try training("date,current,voltage\n" + rows, "text/csv", "model=m&target=current").roles != nil)
        let decimal = problem { _ = try training("a;b\nx;1,234\ny;2,345\nz;3,456\n", "text/csv") }
        #expect(decimal["question"]?["option"]?.asString == "decimal")
        let unknown = problem { _ = try training("date,current\n" + rows, "text/csv", "model=m&target=curent") }
        #expect(unknown["question"]?["text"]?.asString?.contains("did you mean current?") == true, "\(unknown.text)")
    }

    @Test func whatIsSaidTwiceIsAFault() throws {
        let records = #"[{"a":1,"b":2}]"#
        func faults(_ query: String, _ members: String) -> [String] {
            let problem = problem {
                _ = try table(#"{"records":\#(records),\#(members)}"#, "application/json", self.query(query))
            }
            return problem["errors"]?.elements?.compactMap { $0["pointer"]?.asString } ?? []
        }
        #expect(faults("target=a", #""target":"b""#) == ["/target"])
        #expect(faults("model=m", #""model":"n""#) == ["/model"])
        #expect(faults("forecast.horizon=3", #""forecast":{"horizon":4}"#) == ["/forecast/horizon"])
        #expect(faults("forecast.horizon=3&model=m&target=a", #""forecast":{"horizon":3},"target":"a""#) == [])
        let useless = problem {
            _ = try TableBody.read(
                Array(#"{"sequences":[[1]]}"#.utf8), type: "application/json", query("time=a"), lease: lease())
        }
        #expect(useless["status"]?.asInt == 400 && useless["detail"]?.asString?.contains(#""time""#) == true)
        let wrong = problem { _ = try query("separator=x") }
        #expect(wrong["status"]?.asInt == 400, "\(wrong.text)")
    }

    /// Faults of the series that a table became are told of its series and columns.
    @Test func faultsOfSeriesAreTheTables() throws {
        let (request, places) = try table(Self.text, "text/csv", query("model=m")).made()
        #expect(request["sequences"]?.elements?.count == 2)
        let placed = places.placed(
            Faults(list: [
                Fault(pointer: "/sequences/1/target/sales/3", detail: "x"), Fault(pointer: "/sequences/0", detail: "y"),
                Fault(pointer: "/forecast/horizon", detail: "z"),
            ]))
        #expect(
            placed.list == [
                Fault(pointer: "", detail: "series s1, column sales: x"), Fault(pointer: "", detail: "series s0: y"),
                Fault(pointer: "/forecast/horizon", detail: "z"),
            ])
    }

    // MARK: Predictions

    private static let names: JSONValue = [
        "targets": ["sales"], "future": ["promo"], "frequency": "D",
        "roles": ["account": "", "time": ["date"], "id": ["store"], "target": ["sales"], "future": ["promo"]],
    ]

    private func prediction(_ body: String, _ type: String) throws -> JSONValue {
        let (request, _) = try table(body, type, query("model=m", isPrediction: true)).made(
            names: Self.names, task: "forecast")
        return .object(request)
    }

    /// Columns go by their names, and rows behind the last target are known of the future, wherever they stand.
    @Test func predictionsTakeColumnsByName() throws {
        let ahead = (20..<23).flatMap { day in
            (0..<2).map { (date: Self.day(day), store: "s\($0)", promo: day % 2) }
        }
        let text = Self.text + ahead.map { "\($0.date),\($0.store),,\($0.promo)\n" }.joined()
        let expected = try prediction(text, "text/csv")
        #expect(expected["sequences"]?[0]?["future"]?["promo"]?.elements?.count == 23)
        #expect(expected["sequences"]?[0]?["target"]?["sales"]?.elements?.count == 20)
        #expect(expected["roles"] == nil && expected["model"] == "m")
        let turned =
            "promo;junk;sales;store;date\n"
            + Self.rows.map { "\($0.promo);9;\($0.sales.replacing(".", with: ","));\($0.store);\($0.date)\n" }.joined()
            + ahead.map { "\($0.promo);9;;\($0.store);\($0.date)\n" }.joined()
        #expect(try prediction(turned, "text/csv") == expected)
        let future = ahead.map { #"{"date":"\#($0.date)","store":"\#($0.store)","promo":\#($0.promo)}"# }
        let records = #"{"records":[\#(Self.records.joined(separator: ","))],"future_records":"#
        let apart = try prediction(records + "[\(future.joined(separator: ","))]}", "application/json")
        #expect(apart == expected)
        let known = problem {
            _ = try prediction(records + #"[{"date":"2026-01-21","store":"s0","sales":3}]}"#, "application/json")
        }
        #expect(known["errors"]?[0]?["pointer"]?.asString == "/future_records/0/sales", "\(known.text)")
        let lacking = problem { _ = try prediction(text.replacing("promo", with: "prom"), "text/csv") }
        #expect(lacking["question"]?["text"]?.asString == "there is no column promo; did you mean prom?")
    }

    // MARK: Limits

    /// A table is counted as it grows, and a small one that would become large is refused.
    @Test func memoryIsCounted() throws {
        let budget = MemoryBudget(sizeBytesMax: 4 << 20), lease = budget.lease(for: "a")
        let text = "a,b,c\n" + String(repeating: ",,\n", count: 100_000) + "1,2,3\n"
        let content = try TableBody.read(Array(text.utf8), type: "text/csv", query("model=m&target=a"), lease: lease)
        guard case .table(let table) = content else { throw Unexpected(what: "no table") }
        #expect(throws: ServiceError.tooMuchMemory(limitBytes: 2 << 20)) { try table.made() }
    }

    @Test func limitsOfTablesAreNamed() throws {
        let wide = (0..<66_000).map { "c\($0)" }.joined(separator: ",") + "\n"
        let columns = problem { _ = try training(wide + wide, "text/csv", "model=m&header=true") }
        #expect(columns["detail"]?.asString == "66000 columns, at most 65536")
    }
}
