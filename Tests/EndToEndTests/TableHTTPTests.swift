import JSON
import TestSupport
import Testing

/// Tables over HTTP: as text, as records and as JSON lines, to a server of its own.
@Suite(.serialized) struct TableHTTPTests {
    private static let quick = "training.epochs=1&network.hidden=4"

    private static func text(_ rows: [String], _ header: String) -> String {
        ([header] + rows).joined(separator: "\n") + "\n"
    }

    private static func day(_ number: Int) -> String {
        "2026-0\(1 + number / 28)-\(number % 28 < 9 ? "0" : "")\(number % 28 + 1)"
    }

    /// Something that no calendar tells.
    private static func noise(_ number: Int) -> String { "\(number * 7919 % 101).\(number * 31 % 10)" }

    private func plan(_ server: TestServer, _ body: String, _ type: String, _ query: String = "") throws -> TestAnswer {
        try server.request(
            "POST", "/train?validate_only=true&model=m" + (query.isEmpty ? "" : "&" + query), body,
            headers: ["Content-Type: " + type])
    }

    private func trained(_ server: TestServer, _ body: String, _ type: String, _ query: String) throws -> JSONValue {
        let answer = try server.request(
            "POST", "/train?\(Self.quick)&\(query)", body, headers: ["Content-Type: " + type])
        let id = try #require(answer.json["id"]?.asString, "\(answer.text)")
        let job = try server.finished(id)
        #expect(job["status"]?.asString == "succeeded", "\(job.text)")
        return job
    }

    /// Shuffled rows, missing days, several series and columns that say nothing: the model has the same figures.
    @Test func junkAndOrderChangeNoVerdict() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        let days = (0..<56).filter { $0 % 19 != 7 }
        let rows = days.flatMap { day in
            (0..<2).map { (Self.day(day), "s\($0)", Self.noise(day * 2 + $0)) }
        }
        let plain = Self.text(rows.map { "\($0.0),\($0.1),\($0.2)" }, "date,store,sales")
        let junk = rows.indices.map { place -> String in
            // Series are named in the order of their first rows, which shuffled ones keep here.
            let index = place < 2 ? place : 2 + (place - 2) * 37 % (rows.count - 2), row = rows[index]
            return
                #"{"row":\#(place),"sales":\#(row.2),"unit":"pieces","store":"\#(row.1)","date":"\#(row.0)","w":null}"#
        }
        let first = try trained(server, plain, "text/csv", "model=plain")
        #expect(
            first["roles"]?["account"]?.asString == "time: date (daily, 12 gaps), id: store, target: sales",
            "\(first["roles"]?.text ?? "")")
        let second = try trained(server, junk.joined(separator: "\n"), "application/x-ndjson", "model=junk")
        #expect(second["roles"]?["target"]?.asStrings == ["sales"])
        #expect(second["roles"]?["left_out"]?.elements?.count == 3, "\(second["roles"]?.text ?? "")")
        #expect(first["result"]?["metrics"]?.text == second["result"]?["metrics"]?.text)
        let version = try server.request("GET", "/models/junk/versions/1").json
        #expect(version["inputs"]?["roles"]?["id"]?.asStrings == ["store"], "\(version["inputs"]?.text ?? "")")
        // The columns of a prediction are those of the model.
        let turned = Self.text(rows.map { "\($0.2);7;\($0.1);\($0.0)" }, "sales;x;store;date")
        let answer = try server.request(
            "POST", "/predict?model=junk&horizon=2", turned, headers: ["Content-Type: text/csv"])
        let expected = try server.request(
            "POST", "/predict?model=plain&horizon=2", plain, headers: ["Content-Type: text/csv"])
        #expect(answer.status == 200 && expected.status == 200, "\(answer.text)")
        #expect(answer.json["predictions"] == expected.json["predictions"])
        #expect(answer.json["predictions"]?[1]?["id"]?.asString == "s1")
        #expect(answer.json["predictions"]?[0]?["timestamps"]?[0]?.asString?.hasPrefix("2026-03-01") == true)
        let rowsOfAnswer = try server.request(
            "POST", "/predict?model=plain&horizon=2", plain, headers: ["Content-Type: text/csv", "Accept: text/csv"])
        #expect(rowsOfAnswer.headers["content-type"] == "text/csv")
        let lines = rowsOfAnswer.text.split(separator: "\n")
        #expect(lines.count == 5 && lines[0].hasPrefix("id,time,") && lines[1].hasPrefix("s0,2026-03-01"), "\(lines)")
        let refused = try server.request(
            "POST", "/predict?model=plain", plain, headers: ["Content-Type: text/csv", "Accept: image/png"])
        #expect(refused.status == 406 && refused.json["type"]?.asString == "/problems/not-acceptable")
        let lacking = try server.request(
            "POST", "/predict?model=junk", plain.replacing("sales", with: "sale"), headers: ["Content-Type: text/csv"])
        #expect(
            lacking.status == 422 && lacking.json["question"]?["text"]?.asString?.contains("no column sales") == true)
    }

    @Test func aGermanExportIsRead() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        let rows = (0..<40).map { day in
            let date = Self.day(day).split(separator: "-")
            return "\(date[2]).\(date[1]).\(date[0]);\(Self.noise(day).replacing(".", with: ","))"
        }
        let text = Self.text(rows, "Datum;Umsatz").replacing("\n", with: "\r\n")
        let answer = try plan(server, text, "text/csv; charset=utf-8")
        #expect(answer.status == 200, "\(answer.text)")
        #expect(answer.json["roles"]?["account"]?.asString == "time: Datum (daily, 3 gaps), target: Umsatz")
        // Twice the data that the column left over would be, and with settings of the query.
        let set = try plan(server, text, "text/csv", "forecast.horizon=3&network.hidden=5")
        #expect(set.json["settings"]?["forecast"]?["horizon"]?.asInt == 3, "\(set.text)")
    }

    @Test func questionsAreAnsweredByTheQuery() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        let text = Self.text((0..<40).map { "\(Self.day($0)),\(Self.noise($0)),\(Self.noise($0 + 9))" }, "day,a,b")
        let asked = try plan(server, text, "text/csv")
        #expect(asked.status == 422 && asked.json["question"]?["option"]?.asString == "target", "\(asked.text)")
        let option = try #require(asked.json["question"]?["option"]?.asString)
        let first = try #require(asked.json["question"]?["answers"]?[0]?.asString)
        let answered = try plan(server, text, "text/csv", "\(option)=\(first)")
        #expect(answered.json["roles"]?["target"]?.asStrings == [first], "\(answered.text)")
        #expect(try server.request("GET", "/jobs").json["jobs"]?.elements?.isEmpty == true, "a question trains nothing")
        // Misspelt parameters and settings are named, and so is what goes with no table.
        for (query, hint) in [
            ("tagret=a", #"did you mean "target"?"#), ("horizon=3", #"did you mean "forecast.horizon"?"#),
            ("training.epoch=3", #"did you mean "training.epochs"?"#),
        ] {
            let wrong = try plan(server, text, "text/csv", query)
            #expect(wrong.status == 400 && wrong.json["detail"]?.asString?.contains(hint) == true, "\(wrong.text)")
        }
        let useless = try server.request("POST", "/train?time=a", #"{"model":"m","sequences":[[1,2]]}"#)
        #expect(useless.status == 400 && useless.json["detail"]?.asString?.contains(#""time""#) == true)
        let bad = try plan(server, text, "text/csv", "target=a&network.hidden=many")
        #expect(bad.status == 422 && bad.json["errors"]?[0]?["pointer"]?.asString == "/network/hidden", "\(bad.text)")
        let other = try plan(server, text, "text/plain")
        #expect(other.status == 415 && other.headers["accept"]?.contains("text/csv") == true, "\(other.text)")
    }

    /// The key of a repeat is of body and query: another target is another request.
    @Test func anotherQueryIsAnotherRequest() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        let text = Self.text((0..<40).map { "\(Self.day($0)),\(Self.noise($0)),\(Self.noise($0 + 9))" }, "day,a,b")
        func train(_ target: String) throws -> TestAnswer {
            try server.request(
                "POST", "/train?model=m&target=\(target)&\(Self.quick)", text,
                headers: ["Content-Type: text/csv", "Idempotency-Key: k"])
        }
        let first = try train("a")
        #expect(first.status == 202, "\(first.text)")
        #expect(try train("a").json["id"] == first.json["id"])
        #expect(try train("b").status == 409)
    }

    /// A model of labels keeps what its columns were, and answers a table without the labels.
    @Test func labelsByTable() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        let names = [("Ahmed", "Arabic"), ("Wang", "Chinese"), ("Said", "Arabic"), ("Liu", "Chinese")]
        let rows = (0..<40).map { names[$0 % 4] }
        let records = rows.map { #"{"name":"\#($0.0)","language":"\#($0.1)"}"# }.joined(separator: ",")
        let job = try trained(
            server, #"{"model":"names","label":"language","records":[\#(records)]}"#, "application/json",
            "promote=always")
        #expect(job["task"]?.asString == "classification" && job["roles"]?["label"]?.asStrings == ["language"])
        for text in ["name\nSaid\nLiu\n", "language,name\nChinese,Said\nArabic,Liu\n"] {
            let answer = try server.request("POST", "/predict?model=names", text, headers: ["Content-Type: text/csv"])
            #expect(answer.status == 200 && answer.json["predictions"]?.elements?.count == 2, "\(answer.text)")
        }
        let other = try server.request(
            "POST", "/predict?model=names", "surname\nSaid\nLiu\n", headers: ["Content-Type: text/csv"])
        #expect(other.status == 422 && other.json["question"]?["text"]?.asString?.contains("no column name") == true)
    }
}
