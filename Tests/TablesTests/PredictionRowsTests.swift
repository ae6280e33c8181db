import JSON
import Tables
import Testing

/// Predictions of every form as rows, and as CSV.
@Suite struct PredictionRowsTests {
    private static let forms: [AnswerForm] = [
        .path(.init(mean: "mean", levels: "quantiles", times: "timestamps", channels: "channels")),
        .steps("labels", [.init("labels", column: "label"), .init("probabilities", column: "probability")]),
        .steps("perplexity", [.init("tokens", column: "token"), .init("logprobs", column: "logprob")]),
        .row("label", spread: .init("probabilities", prefix: "p_")),
        .row("value", spread: .init("value", prefix: "value_")),
    ]
    private static let eventForms: [AnswerForm] = [
        .path(.init(mean: "mean", levels: "quantiles", times: "timestamp", channels: "channels", step: "step"))
    ]

    private func lines(_ predictions: String) throws -> [String] {
        let rows = PredictionRows(try JSONParser.parse(predictions).elements ?? [], forms: Self.forms)
        var writer = CSVWriter(names: rows.names), bytes: [UInt8] = []
        try writer.append(rows.rows, to: &bytes)
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    @Test func aForecastIsARowAStep() throws {
        #expect(
            try lines(#"[{"mean":[1.5,2],"quantiles":{"0.1":[1.25,1.5],"0.9":[2.25,null]}}]"#)
                == ["sequence,step,mean,q0.1,q0.9", "0,1,1.5,1.25,2.25", "0,2,2.0,1.5,"])
        #expect(
            try lines(#"[{"id":"north","timestamps":["2026-01-01"],"mean":[1.5],"samples":[[1.5],[2.5]],"gaps":3}]"#)
                == ["id,time,mean,sample_0,sample_1", "north,2026-01-01,1.5,1.5,2.5"])
        #expect(try lines(#"[{"mean":[]}]"#) == [] && lines("[]") == [])
    }

    @Test func channelsHaveRowsOfTheirOwn() throws {
        #expect(
            try lines(
                #"""
                [{"channels":["sales","returns"],"timestamps":[1767225600,1767312000],"mean":[[1,2],[3,4]],
                  "quantiles":{"0.5":[[5,6],[7,8]]},"samples":[[[9,10],[11,12]]]}]
                """#) == [
                    "sequence,time,channel,mean,q0.5,sample_0", "0,1767225600,sales,1.0,5.0,9.0",
                    "0,1767225600,returns,2.0,6.0,10.0", "0,1767312000,sales,3.0,7.0,11.0",
                    "0,1767312000,returns,4.0,8.0,12.0",
                ])
        // Without names they have numbers; a single one that has a name shows it.
        #expect(try lines(#"[{"mean":[[1,2]]}]"#) == ["sequence,step,channel,mean", "0,1,0,1.0", "0,1,1,2.0"])
        #expect(try lines(#"[{"channels":["sales"],"mean":[1]}]"#) == ["sequence,step,channel,mean", "0,1,sales,1.0"])
    }

    @Test func everyRowSaysItsSequence() throws {
        #expect(
            try lines(#"[{"id":7,"mean":[1]},{"id":"a,\"b\"","mean":[2]},{"id":"","mean":[3]}]"#)
                == ["id,step,mean", "7,1,1.0", #""a,""b""",1,2.0"#, #""",1,3.0"#])
        // Some with ids: the index tells the others.
        #expect(
            try lines(#"[{"mean":[1]},{"id":"x","mean":[2]}]"#)
                == ["sequence,id,step,mean", "0,,1,1.0", "1,x,1,2.0"])
    }

    @Test func otherTasksHaveTheirRows() throws {
        #expect(
            try lines(#"[{"labels":["A","B"],"probabilities":[0.9,0.8],"unknown":{"count":1}}]"#)
                == ["sequence,step,label,probability", "0,1,A,0.9", "0,2,B,0.8"])
        // Classes in one order, whatever was found; one that is not among the most probable is empty.
        #expect(
            try lines(
                #"[{"label":"b","probabilities":{"b":0.7,"a":0.3}},{"label":"c","probabilities":{"c":0.6,"a":0.4}}]"#)
                == ["sequence,label,p_a,p_b,p_c", "0,b,0.3,0.7,", "1,c,0.4,,0.6"])
        #expect(try lines(#"[{"value":1.5},{"value":-2}]"#) == ["sequence,value", "0,1.5", "1,-2"])
        #expect(try lines(#"[{"value":[1.5,2]}]"#) == ["sequence,value_0,value_1", "0,1.5,2.0"])
        #expect(
            try lines(#"[{"tokens":["a","b"],"logprobs":[null,-0.5],"perplexity":1.5}]"#)
                == ["sequence,step,token,logprob,perplexity", "0,1,a,,1.5", "0,2,b,-0.5,1.5"])
        #expect(try lines(#"[{"output":"a","tokens":["a"]}]"#) == ["sequence,output,tokens", #"0,a,"[""a""]""#])
        #expect(
            try lines(#"[{"text":"a\nb","tokens":["a","\n"],"finish_reason":"stop"}]"#).joined(separator: "\n")
                == "sequence,text,tokens,finish_reason\n0,\"a\nb\",\"[\"\"a\"\",\"\"\\n\"\"]\",stop")
        #expect(
            try lines(
                #"""
                [{"indices":[1,0],"score":-0.5,"candidates":[{"indices":[1,0],"score":-0.5},
                  {"indices":[0,1],"score":-2}]}]
                """#) == ["sequence,rank,indices,score", #"0,1,"[1,0]",-0.5"#, #"0,2,"[0,1]",-2"#])
    }

    @Test func aStreamIsWrittenRowByRow() throws {
        var writer = CSVWriter(), bytes: [UInt8] = []
        func take(_ event: String) throws {
            try writer.append(
                PredictionRows(event: JSONParser.parse(event), forms: Self.eventForms).rows, to: &bytes)
        }
        try take(#"{"sequence":0,"step":1,"channels":["a","b"],"mean":[1,2],"quantiles":{"0.1":[3,4]}}"#)
        try take(#"{"sequence":1,"step":1,"mean":5}"#)
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == "sequence,step,channel,mean,q0.1\n0,1,a,1.0,3.0\n0,1,b,2.0,4.0\n1,1,,5,\n")
        #expect(throws: CSVWriter.NewColumn.self) { try take(#"{"sequence":2,"id":"x","step":1,"mean":5}"#) }
    }

    @Test func textsAreQuotedWhereTheyMustBe() throws {
        let texts = ["plain", "a b", " blank", "a,b", "a\"b", "a\rb", "", "é;|"]
        var writer = CSVWriter(names: ["x"]), bytes: [UInt8] = []
        try writer.append(texts.map { ["x": .string($0)] }, to: &bytes)
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == "x\nplain\na b\n\" blank\"\n\"a,b\"\n\"a\"\"b\"\n\"a\rb\"\n\"\"\né;|\n")
        // A list without rows still says what its columns are.
        var empty = CSVWriter(names: ["x", "y"]), head: [UInt8] = []
        try empty.append([], to: &head)
        #expect(head == Array("x,y\n".utf8))
    }
}
