import JSON
import Testing

@Suite struct JSONReaderTests {
    enum Cell: String, CaseIterable { case lstm, gru, rnn }

    private func reader(_ text: String) throws -> JSONReader {
        JSONReader(try #require(try JSONParser.parse(text).object))
    }

    @Test func readsWhatIsThere() throws {
        let reader = try reader(
            #"{"model":"m","epochs":5,"rate":0.5,"flag":false,"network":{"cell":"gru","hidden":8.0},"stop":"x","#
                + #""q":[0.1,0.9],"nothing":null}"#
        )
        #expect(
            reader.string("model", required: true) == "m" && reader.int("epochs", in: 1...10) == 5
                && reader.double("rate", in: 0...1) == 0.5)
        #expect(
            reader.bool("flag") == false && reader.strings("stop") == ["x"]
                && reader.doubles("q", in: 0...1) == [0.1, 0.9])
        let network = reader.object("network") { ($0.choice("cell", as: Cell.self), $0.int("hidden", in: 1...64)) }
        #expect(network?.0 == .gru && network?.1 == 8)
        #expect(reader.int("nothing") == nil && reader.string("absent") == nil && !reader.has("absent"))
        reader.finish()
        #expect(reader.faults.isEmpty)
    }

    @Test func namesEveryFault() throws {
        let reader = try reader(
            #"{"epochs":0,"rate":"fast","flag":1,"network":{"cell":"lsmt","hiden":8,"layers":1.5},"q":[0.5,7],"a/b":1,"#
                + #""stop":[1],"modle":"x","bad":5}"#
        )
        _ = reader.string("model", required: true)
        _ = reader.int("epochs", in: 1...100)
        _ = reader.double("rate")
        _ = reader.bool("flag")
        reader.object("network") {
            _ = $0.choice("cell", as: Cell.self)
            _ = $0.int("hidden")
            _ = $0.int("layers", in: 1...8)
        }
        _ = reader.doubles("q", in: 0...1)
        _ = reader.strings("stop")
        reader.object("bad") { _ in }
        reader.finish()
        let found = reader.faults.map { "\($0.pointer) \($0.detail)" }
        #expect(
            found == [
                "/model required", "/epochs expected an integer between 1 and 100, found 0",
                "/rate expected a number, found a string",
                "/flag expected true or false, found a number",
                "/network/cell 'lsmt' is not one of 'lstm', 'gru', 'rnn'",
                "/network/layers expected an integer between 1 and 8",
                "/network/hiden unknown field 'hiden', did you mean 'hidden'?",
                "/q/1 expected a number between 0.0 and 1.0",
                "/stop expected a string or an array of strings, found an array",
                "/bad expected an object, found a number",
                "/a~1b unknown field 'a/b'", "/modle unknown field 'modle', did you mean 'model'?",
            ])
    }

    @Test func faultsAreBounded() throws {
        let reader = try reader(
            "{" + (0..<5000).map { "\"k\($0)\":1" }.joined(separator: ",")
                + ",\"\(String(repeating: "x", count: 10_000))\":1}")
        _ = reader.string("model")
        reader.finish()
        #expect(
            reader.faults.count == JSONReader.faultCountMax && reader.faults.allSatisfy { $0.pointer.utf8.count < 100 })
    }
}
