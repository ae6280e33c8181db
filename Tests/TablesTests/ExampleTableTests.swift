import JSON
import Tables
import Testing

/// Tables with a label: what classification, regression and tagging learn from.
@Suite struct ExampleTableTests {
    private func pairs(_ text: String, task: String? = nil, _ said: [ColumnRole: [String]]) throws -> [String] {
        let table = try Tables.read(text) { if text.hasPrefix("c1") { $0.layout = .rows } }
        return try TableExamples(table, Tables.found(table, said), task: task).pairs().map(\.text)
    }

    @Test func textsHaveLabels() throws {
        let text = "name,language\nAhmed,Arabic\nWang,Chinese\n\"O'Neill, Jr\",Irish\n"
        #expect(
            try pairs(text, [.label: ["language"]]) == [
                #"{"input":"Ahmed","target":"Arabic"}"#, #"{"input":"Wang","target":"Chinese"}"#,
                #"{"input":"O'Neill, Jr","target":"Irish"}"#,
            ])
    }

    @Test func rowsOfNumbersHaveLabels() throws {
        let text = "c1,c2,c3,c4,c5,c6,c7,c8,class\n1,2,3,4,5,6,7,8,0\n8,7,6,5,4,3,2,1,1\n1,3,5,7,9,1,3,5,0\n"
        #expect(throws: TableDoubt.self, "classes, or amounts?") { try pairs(text, [.label: ["class"]]) }
        #expect(
            try pairs(text, task: "classification", [.label: ["class"]])[1]
                == #"{"input":[8,7,6,5,4,3,2,1],"target":"1"}"#)
        #expect(
            try pairs(text, task: "regression", [.label: ["class"]])[1] == #"{"input":[8,7,6,5,4,3,2,1],"target":1}"#)
    }

    @Test func seriesOfAnIDHaveLabels() throws {
        let text = "run,x,z,gesture\na,1,2,up\na,3,4,up\nb,5,6,down\nb,7,8,down\n"
        #expect(
            try pairs(text, [.label: ["gesture"], .id: ["run"]]) == [
                #"{"input":[[1,2],[3,4]],"target":"up"}"#, #"{"input":[[5,6],[7,8]],"target":"down"}"#,
            ])
        let tags = text.replacing("3,4,up", with: "3,4,down")
        #expect(
            try pairs(tags, [.label: ["gesture"], .id: ["run"]])[0]
                == #"{"input":[[1,2],[3,4]],"target":["up","down"]}"#)
        #expect(
            try pairs(text, task: "tagging", [.label: ["gesture"], .id: ["run"]])[0]
                == #"{"input":[[1,2],[3,4]],"target":["up","up"]}"#)
    }
}
