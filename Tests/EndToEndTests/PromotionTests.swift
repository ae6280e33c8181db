import JSON
import TestSupport
import Testing

/// Which version a plain name means after a training, and what the job says of it.
@Suite(.serialized) struct PromotionTests {
    private func stable(_ server: TestServer, _ name: String) throws -> Int? {
        try server.request("GET", "/models/\(name)").json["labels"]?["stable"]?.asInt
    }

    private func trained(_ server: TestServer, _ body: String) throws -> (result: JSONValue, phases: [String]) {
        let job = try server.finished(server.train(body))
        #expect(job["status"]?.asString == "succeeded", "\(job.text)")
        let id = job["id"]?.asString ?? ""
        let events = try server.request("GET", "/jobs/\(id)/events?follow=false").text.split(separator: "\n")
        let phases = try events.compactMap { try JSONParser.parse(String($0))["phase"]?.asString }
        return (job["result"] ?? .null, phases)
    }

    private func words(_ count: Int, from: Int, epochs: Int, more: String = "") -> String {
        func examples(_ range: Range<Int>) -> String {
            range.map { index in
                let word = String(index, radix: 2).replacing("0", with: "d").replacing("1", with: "e")
                let letter = ["a", "b", "c"][index % 3]
                return #"{"input":"\#(word)\#(letter)\#(word)","target":"\#(letter.uppercased())"}"#
            }.joined(separator: ",")
        }
        return """
            {"model":"words","sequences":[\(examples(from..<from + count))],\
            "validation":{"sequences":[\(examples(1000..<1060))]},"network":{"hidden":12},\
            "training":{"epochs":\(epochs),"batch_size":16,"seed":1}\(more)}
            """
    }

    /// On the same cases for both: the label moves to what is better, and stays where nothing is.
    @Test func theLabelMovesToWhatIsBetter() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        let first = try trained(server, words(90, from: 100, epochs: 1))
        #expect(first.result["promoted"]?.asBool == true && first.result["compared"] == nil)
        #expect(first.result["promotion"]?.asString == "stable moves to this version: no other has it")
        #expect(!first.phases.contains("comparing"))

        let second = try trained(server, words(90, from: 100, epochs: 40))
        let compared = try #require(second.result["compared"])
        #expect(compared["with"]?.asString == "words@1" && compared["cases"]?.asInt == 60, "\(second.result.text)")
        #expect(compared["outcome"]?.asString == "better" && compared["significant"]?.asBool == true)
        let accuracy = try #require(second.result["metrics"]?["accuracy"]?.asDouble)
        #expect(abs((compared["error"]?.asDouble ?? 9) - (1 - accuracy)) < 1e-9)
        let other = try #require(first.result["metrics"]?["accuracy"]?.asDouble)
        #expect(abs((compared["other_error"]?.asDouble ?? 9) - (1 - other)) < 1e-9)
        #expect(second.phases.last == "comparing")
        #expect(try second.result["promoted"]?.asBool == true && stable(server, "words") == 2)

        let third = try trained(server, words(90, from: 400, epochs: 1))
        #expect(third.result["compared"]?["outcome"]?.asString == "not_better", "\(third.result.text)")
        #expect(third.result["promotion"]?.asString?.hasPrefix("stable stays at words@2: ") == true)
        #expect(try third.result["promoted"]?.asBool == false && stable(server, "words") == 2)

        let asked = try trained(server, words(90, from: 400, epochs: 1, more: #","promote":"always""#))
        #expect(asked.result["compared"] == nil && !asked.phases.contains("comparing"))
        #expect(try stable(server, "words") == 4)
    }

    /// What the served version learned is not a case: the next one is judged by what it has not seen.
    @Test func learnedCasesAreLeftOut() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        // It learns 40 of the 60 on which the next ones are judged.
        _ = try trained(server, words(40, from: 1000, epochs: 2))
        let next = try trained(server, words(90, from: 100, epochs: 2))
        #expect(next.result["compared"]?["cases"]?.asInt == 20, "\(next.result.text)")
        #expect(next.result["compared"]?["learned"]?.asInt == 40)
    }

    /// A continued training is judged beside its parent, whatever the label does.
    @Test func aContinuedVersionIsComparedWithItsParent() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        _ = try trained(server, words(90, from: 100, epochs: 1))
        let other = words(90, from: 100, epochs: 40, more: #","from":"words@1","promote":"never""#)
            .replacing(#""network":{"hidden":12},"#, with: "")
        let child = try trained(server, other)
        let compared = try #require(child.result["compared_from"])
        #expect(compared["with"]?.asString == "words@1" && compared["cases"]?.asInt == 60, "\(child.result.text)")
        #expect(child.result["compared"] == nil && child.result["promoted"]?.asBool == false)
        #expect(compared["outcome"]?.asString == "better")
    }

    /// Small series are learned to their end: what each was measured with on the same data decides.
    @Test func seriesThatWereLearnedWhole() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        _ = try trained(server, Samples.forecast)
        let again = try trained(server, Samples.forecast)
        let compared = try #require(again.result["compared"])
        #expect(compared["difference"]?.asDouble == 0 && compared["cases"]?.isNull == true, "\(again.result.text)")
        #expect(again.result["promoted"]?.asBool == false)
        // Two more steps: these alone.
        let longer = Samples.forecast.replacing("]]", with: ",196,208]]")
        let grown = try trained(server, longer)
        #expect(grown.result["compared"]?["cases"]?.asInt == 1, "\(grown.result.text)")
        #expect(grown.result["compared"]?["summary"]?.asString?.contains("the last 2 steps") == true)
    }

    /// Another task under the name that is served takes nothing away.
    @Test func whatCannotBeComparedStays() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        _ = try trained(server, words(90, from: 100, epochs: 1))
        let other = try trained(server, Samples.language("words", epochs: 1))
        #expect(
            other.result["compared"]?["outcome"]?.asString == "unknown" && other.result["promoted"]?.asBool == false)
        #expect(other.result["promotion"]?.asString?.contains("is a classification, this is a language_model") == true)
        #expect(try stable(server, "words") == 1)
    }
}
