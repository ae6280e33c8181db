import JSON
import RecurrentLayers
import SequenceModels
import SequenceService
import Testing

/// Requests become settings and examples, or faults with their places.
@Suite struct ReaderTests {
    private func settings(_ text: String) throws -> (SettingsRequest, [JSONFault]) {
        let reader = JSONReader(try #require(try JSONParser.parse(text).object))
        let settings = SettingsReader.read(reader)
        reader.finish()
        return (settings, reader.faults)
    }

    @Test func trainingOptionsAreRead() throws {
        let (settings, faults) = try settings(
            #"""
            {"validation":0.2,"training":{
             "optimizer":{"name":"nesterov","learning_rate":0.5,"momentum":0.8,"weight_decay":0.01},
             "schedule":{"name":"hold_then_divide","hold":4,"divisor":1.5},"gradient_value_max":2,
             "loss":"cross_entropy","label_smoothing":0.1,"class_weights":{"a":2,"b":0.5},
             "early_stopping":{"patience":3},"seed":9223372036854775807,"max_seconds":1.5,"checkpoint_seconds":2}}
            """#)
        let training = settings.training
        #expect(faults.isEmpty && settings.validation == 0.2)
        #expect(
            training.optimizer.name == .nesterov && training.optimizer.momentum == 0.8
                && training.optimizer.weightDecay == 0.01)
        #expect(
            training.schedule.name == .holdThenDivide && training.schedule.hold == 4 && training.schedule.divisor == 1.5
        )
        #expect(training.gradientValueMax == 2 && training.loss == .crossEntropy && training.labelSmoothing == 0.1)
        #expect(training.classWeights == .byLabel(["a": 2, "b": 0.5]) && training.earlyStopping.patience == 3)
        #expect(
            training.seed == 9_223_372_036_854_775_807 && training.maxSeconds == 1.5 && training.checkpointSeconds == 2)
        #expect(try self.settings(#"{"training":{"class_weights":"balanced"}}"#).0.training.classWeights == .balanced)
    }

    @Test func faultsOfTrainingOptionsHaveTheirPlaces() throws {
        let cases: [(text: String, pointer: String, hint: String)] = [
            (#"{"training":{"class_weights":"even"}}"#, "/training/class_weights", "\"balanced\" or an object"),
            (#"{"training":{"class_weights":{"a":"b"}}}"#, "/training/class_weights/a", "expected a number"),
            (#"{"training":{"schedule":{"name":"cosin"}}}"#, "/training/schedule/name", "did you mean 'cosine'"),
            (#"{"training":{"schedule":{"evry":2}}}"#, "/training/schedule/evry", "did you mean 'every'"),
            (#"{"training":{"optimizer":{"name":"adamx"}}}"#, "/training/optimizer/name", "did you mean 'adam"),
            (#"{"training":{"loss":3}}"#, "/training/loss", "found the number 3"),
            (#"{"training":{"seed":-1}}"#, "/training/seed", "at least 0"),
            // Whole, and still too large: the fault says up to what.
            (#"{"training":{"seed":18446744073709551615}}"#, "/training/seed", "9223372036854775807"),
        ]
        for item in cases {
            let faults = try settings(item.text).1
            #expect(faults.map(\.pointer) == [item.pointer], "\(item.text): \(faults)")
            #expect(faults.first?.detail.contains(item.hint) == true, "\(item.text): \(faults)")
        }
    }

    /// What data alone does not tell is asked; who says the task or the tokens has answered.
    @Test func doubtsAreAsked() throws {
        let whole = (0..<30).map { #"{"input":[\#($0),2],"target":\#($0 % 3)}"# }.joined(separator: ",")
        let amounts = (0..<30).map { #"{"input":[\#($0),2],"target":\#($0)}"# }.joined(separator: ",")
        let cases: [(sequences: String, said: String, pointer: String?)] = [
            (#"["1","2.5"],["-3"]"#, "", "/sequences"), (#"["1","2.5"],["x"]"#, "", nil),
            (#"["1","2.5"],["-3"]"#, #","tokens":"symbols""#, nil), (whole, "", "/task"), (amounts, "", nil),
            (whole, #","task":"regression""#, nil),
        ]
        for item in cases {
            let json = try JSONParser.parse(#"{"model":"m","sequences":[\#(item.sequences)]\#(item.said)}"#)
            do throws(Faults) {
                _ = try TrainBody.read(json, limits: ServiceLimits())
                #expect(item.pointer == nil, "\(item.sequences)")
            } catch {
                #expect(error.list.map(\.pointer) == [item.pointer], "\(error)")
            }
        }
    }

    /// Where numbers are needed, texts are not taken for symbols.
    @Test func numbersInQuotesAreNamed() throws {
        let cases: [(sequences: String, pointer: String, detail: String)] = [
            (#"[["1","2"]]"#, "/sequences/0/0", "write 1, without quotes"),
            (#"[[null,"NaN","2"]]"#, "/sequences/0/1", "write null for a missing value"),
            (#"["1,2,3"]"#, "/sequences/0", "expected an array of numbers, found the string \"1,2,3\""),
        ]
        for item in cases {
            let body = #"{"model":"m","task":"forecast","sequences":\#(item.sequences)}"#
            let json = try JSONParser.parse(body)
            do throws(Faults) {
                _ = try TrainBody.read(json, limits: ServiceLimits())
                Issue.record("\(body) was read")
            } catch {
                #expect(error.list.map(\.pointer) == [item.pointer], "\(error)")
                #expect(error.list.first?.detail.contains(item.detail) == true, "\(error)")
            }
        }
    }

    private func examples(_ text: String, symbols: Bool = false) throws -> ([TrainingExample], [JSONFault]) {
        let reader = JSONReader([:])
        let examples = ExampleReader(numbersAreSymbols: symbols, faults: reader).examples(
            try JSONParser.parse(text), at: "/sequences")
        return (examples, reader.faults)
    }

    @Test func targetsDecideTheirKind() throws {
        let (read, faults) = try examples(
            #"""
            [{"input":"ab","target":"x"},{"input":[1,null],"target":2.5},{"input":"ab","target":[1,2]},
             {"input":["a","b"],"target":["x","y"]},
             {"start":"2026-01-01T00:00:00","target":[1,2,3]},"text"]
            """#)
        #expect(faults.isEmpty && read.count == 6)
        #expect(
            read[0].target == .label("x") && read[1].target == .numbers([2.5]) && read[2].target == .numbers([1, 2]))
        #expect(read[3].target == .labels(["x", "y"]) && read[4].target == nil && read[5].input == .text("text"))
    }

    @Test func faultsOfExamplesHaveTheirPlaces() throws {
        let cases: [(text: String, pointer: String)] = [
            (#"[{"input":"ab"}]"#, "/sequences/0/target"), (#"[{"input":"ab","target":{}}]"#, "/sequences/0/target"),
            (#"[{"input":"ab","target":[]}]"#, "/sequences/0/target"),
            (#"[{"input":"ab","target":["x",1]}]"#, "/sequences/0/target/1"),
            (#"[{"input":"ab","target":"x","weight":1}]"#, "/sequences/0/weight"),
            (#"[{"target":"x"}]"#, "/sequences/0/target"),
            (#"[{"target":[1],"dynamic_feat":[1]}]"#, "/sequences/0/dynamic_feat/0"),
            ("[1,2]", "/sequences"), ("[]", "/sequences"), ("5", "/sequences"),
        ]
        for item in cases { #expect(try examples(item.text).1.map(\.pointer) == [item.pointer], "\(item.text)") }
    }

    /// The element is named, and not the list that it stands in, with what would be right.
    @Test func elementsAreNamed() throws {
        let cases: [(text: String, pointer: String, detail: String)] = [
            (#"[[1,"2.5"]]"#, "/sequences/0/1", "\"2.5\"; write 2.5, without quotes"),
            (#"[["2024-01-01",5]]"#, "/sequences/0/0", "a record has them as 'timestamps'"),
            (#"[["1.5",2]]"#, "/sequences/0/0", "write 1.5, without quotes"),
            (#"[[["2024-01-01",5]]]"#, "/sequences/0/0/0", "one for each channel of a step, found the string"),
            (#"[[[1,2],[3,"x"]]]"#, "/sequences/0/1/1", "write null for a missing value"),
            ("[[[1,[2]]]]", "/sequences/0/0/1", "found an array"),
            ("[[[1,2],3]]", "/sequences/0/1", "one per channel, found the number 3"),
            (#"[[1,"NaN"]]"#, "/sequences/0/1", "write null for a missing value"),
            (#"[[1,"",3]]"#, "/sequences/0/1", "write null for a missing value"),
            (#"[[1,"１２"]]"#, "/sequences/0/1", "U+FF11 FULLWIDTH DIGIT ONE; write 12, without quotes"),
            (#"[[1,true]]"#, "/sequences/0/1", "found true"), (#"[["a",5]]"#, "/sequences/0/1", "write \"5\", or say"),
            (#"[{"input":[1],"target":[1,"2"]}]"#, "/sequences/0/target/1", "write 2, without quotes"),
            (#"[{"input":[1],"target":[[1]]}]"#, "/sequences/0/target/0", "found an array"),
            (#"[{"target":[1,{}]}]"#, "/sequences/0/target/1", "found an object"),
        ]
        for item in cases {
            let faults = try examples(item.text).1
            #expect(faults.map(\.pointer) == [item.pointer], "\(item.text): \(faults)")
            #expect(faults.first?.detail.contains(item.detail) == true, "\(item.text): \(faults)")
        }
        let (settings, faults) = try settings(#"{"forecast":{"quantiles":["0.5",0.9]}}"#)
        #expect(settings.forecast.quantiles == nil && faults.map(\.pointer) == ["/forecast/quantiles/0"])
        #expect(faults.first?.detail == "expected a number, found the string \"0.5\"; write 0.5, without quotes")
    }
}
