import CommandData
import JSON
import Tables
import TestSupport
import Testing

@Suite struct TrainingFileTests {
    private func file(_ name: String, _ text: String, columns: [String]? = nil) throws -> TrainingFile {
        let directory = try TemporaryDirectory()
        var input = TableInput()
        input.roles.columns[.target] = columns
        return try TrainingFile(path: directory.write(text, to: name), input)
    }

    private func request(_ name: String, _ text: String, columns: [String]? = nil) throws -> String {
        JSONValue.object(try file(name, text, columns: columns).request).text
    }

    @Test func theEndingSaysWhatItIs() throws {
        #expect(try request("a.json", #"{"model":"m","text":"x"}"#) == #"{"model":"m","text":"x"}"#)
        #expect(try request("a.json", "[[1,2],[3]]") == #"{"sequences":[[1,2],[3]]}"#)
        #expect(try request("a.JSONL", "[1,2]\n\n\"b\"\r\n") == #"{"sequences":[[1,2],"b"]}"#)
        #expect(try request("a.json", #"{"id":"a","target":[1]}"#) == #"{"sequences":[{"id":"a","target":[1]}]}"#)
        #expect(try request("a.json", #"{"sequence":{"target":[1]}}"#) == #"{"sequence":{"target":[1]}}"#)
        #expect(try request("a.ndjson", #"{"target":[1]}"# + "\n[2]\n") == #"{"sequences":[{"target":[1]},[2]]}"#)
        #expect(try request("a.csv", "x\n1\n2\n") == #"{"sequences":[{"target":{"x":[1,2]}}]}"#)
        #expect(
            try request("a.tsv", "x\ty\n1\t2\n3\t5\n", columns: ["x", "y"])
                == #"{"sequences":[{"target":{"x":[1,3],"y":[2,5]}}]}"#)
        #expect(try request("poem.txt", "é\n") == #"{"text":"é\n"}"#)
        #expect(try file("a.csv", "x,y\n1,2\n", columns: ["y"]).account == "target: y, left out: x (constant)")
        #expect(try file("a.txt", "x").account == nil)
    }

    /// The text of the error, without the file's directory.
    private func fault(_ name: String, _ text: String) throws -> String {
        do {
            _ = try file(name, text)
        } catch let error as InputError {
            let text = error.description
            return text.firstRange(of: "/" + name).map { String(text[$0.lowerBound...].dropFirst()) } ?? text
        }
        return "none"
    }

    /// Faults of the server are placed in the file.
    @Test func sequencesHaveTheirPlaces() throws {
        func place(_ name: String, _ text: String, _ pointer: String) throws -> String? {
            guard let place = try file(name, text).places?.place(pointer) else { return nil }
            return place.firstRange(of: "/" + name).map { String(place[$0.lowerBound...]) } ?? place
        }
        let lines = "[1]\n\n\r\n[2]\n{\"target\":[3]}\n"
        #expect(try place("a.ndjson", lines, "/sequences/1/0") == "/a.ndjson, line 4, /0")
        #expect(try place("a.ndjson", lines, "/sequences/2/target/0") == "/a.ndjson, line 5, /target/0")
        #expect(try place("a.ndjson", lines, "/sequences/0") == "/a.ndjson, line 1")
        for pointer in ["/sequences/3", "/sequences", "/training/epochs", "", "/sequences/-1"] {
            #expect(try place("a.ndjson", lines, pointer) == pointer)
        }
        let table =
            "day,shop,v\n"
            + (0..<20).map { "2026-01-\($0 % 10 + 10),\($0 < 10 ? "a" : "b"),\($0 * 7 % 11)\n" }.joined()
        #expect(try place("a.csv", table, "/sequences/1/target/v/3") == "/a.csv, series b, /target/v/3")
        #expect(try file("a.json", "[[1]]").places == nil)
    }

    @Test func faultsNameFileAndLine() throws {
        #expect(try fault("a.json", "[1,\n2,").hasPrefix("a.json: at byte 6 (line 2, column 3, /2): "))
        #expect(try fault("a.json", "3") == "a.json: expected a request (an object) or an array of sequences")
        #expect(try fault("a.ndjson", "[1]\n\n[2\n").hasPrefix("a.ndjson, line 3, column 3, /0: "))
        #expect(try fault("a.csv", "x,y\n1,2\n3\n") == "a.csv: line 3: 1 cells, the first row has 2")
        let directory = try TemporaryDirectory(), path = directory.path + "/a.txt"
        try TemporaryDirectory.put([0x61, 0xFF], path)
        #expect(throws: InputError(description: "\(path): not UTF-8")) {
            try TrainingFile(path: path)
        }
        #expect(throws: (any Error).self) { try TrainingFile(path: directory.path + "/no") }
    }
}
