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
                "/rate expected a number, found the string \"fast\"",
                "/flag expected true or false, found the number 1",
                "/network/cell 'lsmt' is not one of 'lstm', 'gru', 'rnn'",
                "/network/layers expected an integer between 1 and 8",
                "/network/hiden unknown field 'hiden', did you mean 'hidden'?",
                "/q/1 expected a number between 0.0 and 1.0, found the number 7",
                "/stop/0 expected a string, found the number 1",
                "/bad expected an object, found the number 5",
                "/a~1b unknown field 'a/b'", "/modle unknown field 'modle', did you mean 'model'?",
            ])
    }

    /// The element is named, not the array that it is in, with what would be right.
    @Test func elementsAreNamed() throws {
        let reader = try reader(
            #"""
            {"quantiles":[0.1,"0.5"],"rate":"1,5","flag":"True","stop":["a",null],"size":"８","list":5,"bad":"nan",
             "deep":[[0.5]]}
            """#)
        _ = (reader.doubles("quantiles"), reader.double("rate"), reader.bool("flag"), reader.strings("stop"))
        _ = (reader.int("size"), reader.doubles("list"), reader.double("bad"), reader.doubles("deep"))
        let number = "expected a number, found the string"
        #expect(
            reader.faults.map { "\($0.pointer) \($0.detail)" } == [
                "/quantiles/1 \(number) \"0.5\"; write 0.5, without quotes",
                "/rate \(number) \"1,5\"; write 1.5, with a decimal point and without quotes",
                "/flag expected true or false, found the string \"True\"; write true, without quotes",
                "/stop/1 expected a string, found null",
                "/size expected an integer, found the string \"８\", whose character 1 is U+FF18 FULLWIDTH DIGIT EIGHT; "
                    + "write 8, without quotes",
                "/list expected an array of numbers, found the number 5", "/bad \(number) \"nan\"",
                "/deep/0 expected a number, found an array",
            ])
    }

    /// A name with characters that cannot be told from others, or cannot be seen, is not shown as if nothing was wrong.
    @Test func charactersThatCannotBeSeenAreNamed() throws {
        let reader = try reader("{\"hid\u{200B}den\":1,\"l\u{430}yers\":1,\"cell\":\"lstm\u{FEFF}\",\"modél\":1}")
        _ = (reader.int("hidden"), reader.int("layers"), reader.choice("cell", as: Cell.self))
        reader.finish()
        #expect(
            reader.faults.map(\.detail) == [
                "'lstm\u{FEFF}' is not one of 'lstm', 'gru', 'rnn', did you mean 'lstm'?; character 5 is U+FEFF "
                    + "ZERO WIDTH NO-BREAK SPACE (byte order mark)",
                "unknown field 'hid\u{200B}den', did you mean 'hidden'?; character 4 is U+200B ZERO WIDTH SPACE",
                "unknown field 'l\u{430}yers', did you mean 'layers'?; character 2 is U+0430 CYRILLIC SMALL LETTER A",
                "unknown field 'modél'; character 4 is U+00E9 LATIN SMALL LETTER E WITH ACUTE",
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
