import CommandData
import JSON
import Testing

@Suite struct AssignmentTests {
    private func applied(_ texts: String...) throws -> String {
        var request: JSONObject = ["training": ["epochs": 2, "seed": 1], "model": "m"]
        for text in texts { try Assignment.apply(text, to: &request) }
        return JSONValue.object(request).text
    }

    @Test func valuesGoWhereTheNameSays() throws {
        #expect(try applied("training.epochs=5") == #"{"training":{"epochs":5,"seed":1},"model":"m"}"#)
        #expect(
            try applied("network.hidden=[1,2]", "network.cell=gru")
                == #"{"training":{"epochs":2,"seed":1},"model":"m","network":{"hidden":[1,2],"cell":"gru"}}"#)
        #expect(try applied("model=a=b") == #"{"training":{"epochs":2,"seed":1},"model":"a=b"}"#)
        #expect(try applied("training=null", "model=") == #"{"training":null,"model":""}"#)
        #expect(try applied("model.name=\"3\"") == #"{"training":{"epochs":2,"seed":1},"model":{"name":"3"}}"#)
    }

    @Test(arguments: ["", "epochs", "=5"]) func aNameAndAValueAreNeeded(_ text: String) {
        #expect(throws: InputError(description: "--set \(text): expected NAME=VALUE")) { try applied(text) }
    }
}
