import JSON
import SequenceModels
import SequenceService
import Store
import TestSupport
import Testing

/// Faults that planners and models find in a record stand where its client wrote it.
@Suite struct RecordPlaceTests {
    private func submitted(_ sequences: String, _ more: String = "") throws -> [Fault] {
        let fixture = try JobFixture()
        do {
            try fixture.submit(#"{"model":"m","network":{"hidden":4},"sequences":\#(sequences)\#(more)}"#)
        } catch let faults as Faults {
            return faults.list
        }
        return []
    }

    private static let season = "[0,1,2,3,0,1,2,3,0,1,2,3,0,1,2,3]"

    @Test func stepsOfATrainingStandInItsRecord() throws {
        let season = Self.season, large = season.replacing("3,0", with: "1e31,0")
        let cases: [(sequences: String, more: String, pointer: String)] = [
            ("[\(season),\(large)]", "", "/sequences/1/3"),
            (#"[{"target":\#(large)}]"#, "", "/sequences/0/target/3"),
            (#"[{"target":{"sa/les":\#(large)}}]"#, "", "/sequences/0/target/sa~1les/3"),
            (#"[{"target":{"a":\#(season),"b":\#(large)}}]"#, "", "/sequences/0/target/b/3"),
            (
                #"[{"target":\#(season)}]"#, #","validation":{"sequences":[{"target":\#(large)}]}"#,
                "/validation/sequences/0/target/3"
            ),
        ]
        for item in cases {
            #expect(
                try submitted(item.sequences, item.more).first?.pointer == item.pointer, "\(item.sequences)\(item.more)"
            )
        }
    }

    /// Before there were frequencies nobody looked at a start; data that was stored then still reads.
    @Test func aStartNeedsAFrequencyInARequest() throws {
        let text = #"[{"target":\#(Self.season)},{"start":"whenever","target":\#(Self.season)}]"#
        let faults = try submitted(text)
        #expect(faults.map(\.pointer) == ["/sequences/1/start"])
        #expect(faults.first?.detail.hasPrefix("needs the frequency of the steps") == true)
        let stored = try TrainingData.stored(["sequences": try JSONParser.parse(text)], tokens: nil)
        #expect(stored.examples.count == 2)
        let validated = try submitted(
            "[\(Self.season)]", #","validation":{"sequences":[{"start":"2026-01-01","target":\#(Self.season)}]}"#)
        #expect(validated.map(\.pointer) == ["/validation/sequences/0/start"])
    }

    @Test func optionsOfTimesNeedTimes() throws {
        func pointers(_ record: String, _ options: String) throws -> [String] {
            try submitted("[\(record)]", #","forecast":{\#(options)}"#).map(\.pointer)
        }
        let all = #""zone":"UTC","merge":"sum","resample":true"#
        let start = #"{"start":"2026-01-01","target":\#(Self.season)}"#
        #expect(try pointers(Self.season, all) == ["/forecast/zone", "/forecast/merge", "/forecast/resample"])
        #expect(try pointers(Self.season, #""frequency":"D""#) == ["/forecast/frequency"])
        #expect(try pointers(start, #""frequency":"D",\#(all)"#) == ["/forecast/merge", "/forecast/resample"])
        #expect(try pointers(start, #""frequency":"D","zone":"UTC","resample":false"#).isEmpty)
    }

    private func asked(_ members: String, _ fixture: ServiceFixture) async throws -> [Fault] {
        var body = try PredictBody.read(
            try JSONParser.parse(#"{"model":"wave",\#(members)}"#), limits: ServiceLimits())
        let question = body.takeQuestion()
        let error = await ServiceFixture.error {
            _ = try await fixture.service.predictions.start(
                question, in: .all, for: "a", on: fixture.service.offload, isShort: false)
        }
        if case .invalid(let faults)? = error { return faults.list }
        return []
    }

    @Test func faultsOfPredictionsStandInTheirRecord() async throws {
        let fixture = try ServiceFixture()
        fixture.service.start()
        try await fixture.train("wave")
        let cases: [(members: String, pointers: [String])] = [
            (#""sequence":{"target":[1,2]}"#, []), (#""sequence":{"target":[1,1e31]}"#, ["/sequence/target/1"]),
            (#""sequence":[1,1e31]"#, ["/sequence/1"]),
            (#""sequences":[[1],{"target":[1,1e31]}]"#, ["/sequences/1/target/1"]),
            (#""sequences":[{"target":[1,"a"]}]"#, ["/sequences/0/target/1"]),
            (#""sequence":{"input":[1,2],"target":"x"}"#, ["/sequence/input"]),
            (#""sequence":{"target":[1,2],"freq":"h"}"#, ["/sequence/freq"]),
            // The same series may be asked about from several origins.
            (#""sequences":[{"id":"a","target":[1]},[1],{"id":"a","target":[2]}]"#, []),
        ]
        // Options of times say nothing about a bare list, whatever the model.
        #expect(
            try await asked(#""sequence":[1,2],"frequency":"D","zone":"UTC""#, fixture).map(\.pointer)
                == ["/frequency", "/zone"])
        for item in cases {
            #expect(try await asked(item.members, fixture).map(\.pointer) == item.pointers, "\(item.members)")
        }
        await fixture.end()
    }
}
