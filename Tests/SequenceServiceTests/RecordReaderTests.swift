import JSON
import SequenceModels
import SequenceService
import SeriesTime
import Testing

/// Records of series become values and what is said beside them, or faults with their places.
@Suite struct RecordReaderTests {
    private func read(_ text: String) throws -> (example: TrainingExample?, faults: [String]) {
        let reader = JSONReader([:])
        let example = ExampleReader(numbersAreSymbols: false, faults: reader).example(
            try JSONParser.parse(text), at: "/s")
        return (example, reader.faults.map { "\($0.pointer): \($0.detail)" })
    }

    /// A prediction of a record, as a model of numbers reads it.
    private func asked(_ members: String) -> [String] {
        do {
            let json = try JSONParser.parse(#"{"model":"m",\#(members)}"#)
            _ = try PredictBody.read(json, limits: ServiceLimits())
            return []
        } catch let faults as Faults {
            return faults.list.map { "\($0.pointer): \($0.detail)" }
        } catch {
            return ["\(error)"]
        }
    }

    private func trained(_ members: String) -> [String] {
        do {
            let json = try JSONParser.parse(#"{"model":"m",\#(members)}"#)
            _ = try TrainBody.read(json, limits: ServiceLimits())
            return []
        } catch let faults as Faults {
            return faults.list.map { "\($0.pointer): \($0.detail)" }
        } catch {
            return ["\(error)"]
        }
    }

    @Test func allMembersAreRead() throws {
        let (example, faults) = try read(
            #"""
            {"id":"store-7","timestamps":["2026-01-01","2026-01-02"],"target":{"sales":[1,2],"returns":[0,null]},
             "future":{"price":[2.5,null],"promo":["none",null],"open":[true,false],"a/b":[null,null]},
             "past":{"visitors":[10,11]},"static":{"size":3.5,"region":"north","organic":true,"age":null}}
            """#)
        let record = try #require(example?.record)
        #expect(faults.isEmpty && record.id == "store-7" && record.channels == ["sales", "returns"])
        #expect(example?.input == .numeric(NumericSeries(values: [1, 0, 2, .nan], channels: 2)))
        #expect(record.times == .stamps([.text("2026-01-01"), .text("2026-01-02")]))
        #expect(
            record.future == [
                Covariate(name: "price", values: .numbers([2.5, .nan]), place: "/future/price"),
                Covariate(name: "promo", values: .categories(["none", nil]), place: "/future/promo"),
                Covariate(name: "open", values: .numbers([1, 0]), place: "/future/open"),
                Covariate(name: "a/b", values: .numbers([.nan, .nan]), place: "/future/a~1b"),
            ])
        #expect(record.past == [Covariate(name: "visitors", values: .numbers([10, 11]), place: "/past/visitors")])
        #expect(record.fixed.map(\.value) == [.number(3.5), .category("north"), .number(1), .missing])
        #expect(record.fixed.map(\.place) == ["/static/size", "/static/region", "/static/organic", "/static/age"])
    }

    /// The public names of DeepAR and GluonTS.
    @Test func otherNamesMeanTheSame() throws {
        let (deepAR, faults) = try read(
            #"{"item_id":7,"start":"2026-01-01 00:00:00","target":[1,2],"cat":[3,0],"dynamic_feat":[[1,0],[5,null]]}"#)
        let record = try #require(deepAR?.record)
        #expect(faults.isEmpty && record.id == "7" && record.times == .start(.text("2026-01-01 00:00:00")))
        #expect(record.fixed.map(\.name) == ["cat_0", "cat_1"] && record.fixed[0].value == .category("3"))
        #expect(record.fixed[1].place == "/cat/1" && record.future.map(\.name) == ["dynamic_feat_0", "dynamic_feat_1"])
        #expect(record.future[1].values == .numbers([5, .nan]) && record.future[1].place == "/dynamic_feat/1")
        let (gluonTS, more) = try read(
            #"""
            {"start":1767225600,"target":[[1,2],[3,4]],"feat_static_cat":[3,null],"feat_static_real":[0.5],
             "feat_dynamic_real":[[1,0]],"feat_dynamic_cat":[[2,"x"]],"past_feat_dynamic_real":[[7,8]]}
            """#)
        let other = try #require(gluonTS?.record)
        #expect(more.isEmpty && other.times == .start(.number(1_767_225_600)))
        #expect(other.fixed.map(\.name) == ["cat_0", "cat_1", "static_real_0"])
        #expect(other.fixed.map(\.value) == [.category("3"), .missing, .number(0.5)])
        #expect(other.future.map(\.name) == ["dynamic_feat_0", "dynamic_cat_0"])
        #expect(other.future[1].values == .categories(["2", "x"]))
        #expect(other.past.map(\.name) == ["past_feat_0"] && other.past[0].values == .numbers([7, 8]))
    }

    @Test func aTargetAloneIsNoRecord() throws {
        #expect(
            try read(#"{"target":[1,2]}"#).example == TrainingExample(input: .numeric(NumericSeries(values: [1, 2]))))
        #expect(try read(#"{"target":[]}"#).example?.input == .numeric(NumericSeries(values: [])))
        #expect(
            try read(#"{"target":{"a":[],"b":[]}}"#).example?.input
                == .numeric(NumericSeries(values: [], channels: 2)))
    }

    static let faults: [(text: String, fault: String)] = [
        (#"{"target":[1],"id":1.5}"#, "/s/id: expected a text or a whole number, found the number 1.5"),
        (#"{"target":[1],"id":""}"#, "/s/id: 0 bytes, 1 to 256 are allowed"),
        (#"{"target":[1],"id":"a","item_id":"b"}"#, "/s/item_id: is 'id' by another name: give one of them"),
        (#"{"target":[1],"cat":[1],"feat_static_cat":[1]}"#, "/s/feat_static_cat: is 'cat' by another name"),
        (#"{"target":[1],"dynamic_feat":[[1]],"feat_dynamic_real":[[1]]}"#, "/s/feat_dynamic_real: is 'dynamic_feat'"),
        (#"{"target":[1],"start":"2026-01-01","timestamps":["2026-01-01"]}"#, "/s/start: give \"start\" or"),
        (#"{"target":[1],"start":["2026-01-01"]}"#, "/s/start: expected a timestamp (a text or a number), found an"),
        (#"{"target":[1],"timestamps":"2026-01-01"}"#, "/s/timestamps: expected an array of timestamps, found"),
        (#"{"target":[1,2],"timestamps":["2026-01-01",null]}"#, "/s/timestamps/1: expected a timestamp"),
        (#"{"target":[1,2],"timestamps":[0,null]}"#, "/s/timestamps/1: expected a timestamp"),
        (#"{"target":{}}"#, "/s/target: 0 channels, 1 to 4096"),
        (#"{"target":{"a":[1,2],"b/c":[1]}}"#, "/s/target/b~1c: 1 values, 'a' has 2: a value for each step"),
        (#"{"target":{"a":[1,"2"]}}"#, "/s/target/a/1: expected a number or null, found the string \"2\"; write 2"),
        (#"{"target":{"a":[1,true]}}"#, "/s/target/a/1: expected a number or null, found true"),
        (#"{"target":{"a":5}}"#, "/s/target/a: expected a list with a value for each step"),
        (#"{"target":"x"}"#, "/s/target: expected numbers; a labelled pair also needs \"input\""),
        (#"{"id":"a"}"#, "/s/target: a record of a series needs it"),
        (#"{"target":[1],"future":[[1]]}"#, "/s/future: expected an object of lists by name, found an array"),
        (#"{"target":[1],"future":{"p":2}}"#, "/s/future/p: expected a list with a value for each step, found the"),
        (#"{"target":[1],"future":{"p":["a",1]}}"#, "/s/future/p/1: expected a category (a text) or null, as before"),
        (#"{"target":[1],"future":{"p":[null,1,"a"]}}"#, "/s/future/p/2: expected a number or null, found the string"),
        (
            #"{"target":[1],"past":{"p":[1,"NA"]}}"#,
            "/s/past/p/1: expected a number or null, found the string \"NA\"; wr"
        ),
        (#"{"target":[1],"past":{"p":[{}]}}"#, "/s/past/p/0: expected a number or null, found an object"),
        (#"{"target":[1],"static":{"size":[1]}}"#, "/s/static/size: expected a number, a text, true, false or null"),
        (#"{"target":[1],"static":5}"#, "/s/static: expected an object of values by name"),
        (#"{"target":[1],"cat":3}"#, "/s/cat: expected an array of whole numbers, found the number 3"),
        (#"{"target":[1],"cat":[1.5]}"#, "/s/cat/0: expected a whole number or a text that names a category"),
        (#"{"target":[1],"feat_static_real":["x"]}"#, "/s/feat_static_real/0: expected a number or null"),
        (#"{"target":[1],"dynamic_feat":[1]}"#, "/s/dynamic_feat/0: expected a list with a value for each step"),
        (#"{"target":[1],"dynamic_feat":[[true]]}"#, "/s/dynamic_feat/0/0: expected a number or null, found true"),
        (#"{"target":[1],"feat_dynamic_cat":[[1.5]]}"#, "/s/feat_dynamic_cat/0/0: expected a whole number"),
        (#"{"target":[1],"timestamp":[1]}"#, "/s/timestamp: is called 'timestamps' here"),
        (#"{"value":[1],"target":[1]}"#, "/s/value: is called 'target' here"),
        (
            #"{"target":[1],"freq":"h"}"#,
            #"/s/freq: is an option of the whole training: {"forecast": {"frequency": …}}"#
        ),
        (#"{"target":[1],"zone":"UTC"}"#, "/s/zone: is an option of the whole training"),
        (#"{"target":[1],"futures":{}}"#, "/s/futures: unknown field 'futures', did you mean 'future'?"),
    ]

    @Test(arguments: faults) func faultsHaveTheirPlaces(text: String, fault: String) throws {
        let (example, faults) = try read(text)
        #expect(example == nil && faults.count == 1 && faults.first?.hasPrefix(fault) == true, "\(faults)")
    }

    @Test func membersStandWhereTheyBelong() {
        #expect(
            trained(#""sequences":[[1]],"start":"2026-01-01","frequency":"h","horizon":3"#) == [
                #"/start: belongs into the record of a series: {"sequences": [{"target": […]}]}"#,
                #"/frequency: is an option of forecasts: {"forecast": {"frequency": …}}"#,
                #"/horizon: is an option of forecasts: {"forecast": {"horizon": …}}"#,
            ])
        #expect(
            asked(#""sequence":[1],"dynamic_feat":[[1]],"static":{}"#).map { String($0.prefix(30)) } == [
                "/dynamic_feat: belongs into th", "/static: belongs into the reco",
            ])
        #expect(asked(#""sequence":{"target":[1]},"horizon":2,"frequency":"h""#).isEmpty)
    }
}
