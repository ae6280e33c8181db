import JSON
import TestSupport
import Testing

/// What the server answers is what its OpenAPI document says.
@Suite(.serialized) struct ContractTests {
    /// A server and its document.
    private struct Subject {
        let server: TestServer
        let check: SchemaCheck

        init(_ directory: TemporaryDirectory) throws {
            server = try TestServer(data: directory)
            check = SchemaCheck(try server.request("GET", "/openapi.json").json)
        }

        func expect(_ json: JSONValue, _ schema: String) {
            let faults = check.faults(of: json, schema)
            #expect(faults.isEmpty, "\(schema): \(faults) of \(json.text.prefix(1000))")
        }

        func expect(_ path: String, _ schema: String) throws {
            let answer = try server.request("GET", path)
            #expect(answer.status == 200, "\(path): \(answer.text)")
            expect(answer.json, schema)
        }
    }

    @Test func jobsModelsAndSystem() throws {
        let directory = try TemporaryDirectory()
        let subject = try Subject(directory), server = subject.server
        let queued = try server.request("POST", "/train", Samples.forecast)
        subject.expect(queued.json, "Job")
        let id = try #require(queued.json["id"]?.asString)
        subject.expect(try server.request("POST", "/train?validate_only=true", Samples.forecast).json, "TrainingPlan")
        let failing = try server.request(
            "POST", "/train",
            #"{"model":"bad","sequences":[[1,2,3,4,5,6,7,8,9]],"training":{"optimizer":{"learning_rate":100}}}"#
        )
        subject.expect(try server.finished(id), "Job")
        if let failed = failing.json["id"]?.asString { subject.expect(try server.finished(failed), "Job") }
        let events = try server.request("GET", "/jobs/\(id)/events").lines
        #expect(events.count > 3)
        for event in events { subject.expect(event, "JobEvent") }
        try subject.expect("/jobs", "JobList")
        try subject.expect("/jobs?limit=1", "JobList")
        try subject.expect("/jobs/\(id)/gradients", "Gradients")
        try subject.expect("/models", "ModelList")
        try subject.expect("/models/wave", "Model")
        try subject.expect("/models/wave/versions/stable", "ModelVersion")
        subject.expect(try server.request("POST", "/models/wave/labels", #"{"beta":1}"#).json, "Model")
        for (path, schema) in [
            ("/", "Index"), ("/healthz", "Status"), ("/version", "ServerVersion"),
            ("/version?limits=true", "ServerVersion"), ("/usage", "Usage"),
        ] { try subject.expect(path, schema) }
        subject.expect(try server.request("GET", "/nothing").json, "Problem")
        subject.expect(try server.request("POST", "/train", "{").json, "Problem")
        subject.expect(try server.request("POST", "/train", "{}").json, "Problem")
    }

    /// Each task's answer and events, whole and streamed.
    @Test func predictions() throws {
        let directory = try TemporaryDirectory()
        let subject = try Subject(directory), server = subject.server
        let pairs = #"{"input":"ab","target":"x"},{"input":"ba","target":"y"},{"input":"aa","target":"x"}"#
        let trainings = [
            "wave": #""sequences":[[\#(Samples.series)]]"#, "prose": #""text":"abcabcabcabcabcabcabcabc""#,
            "labels": #""sequences":[\#(pairs)]"#,
            "values": #""sequences":[{"input":[1,2],"target":3},{"input":[2,3],"target":5}]"#,
            "tags": #""sequences":[{"input":["a","b"],"target":["x","y"]},{"input":["b"],"target":["y"]}]"#,
            "echo": #""task":"sequence_to_sequence","sequences":[\#(pairs)]"#,
            "points": #""task":"pointer","sequences":[{"input":[2,1],"target":[1,0]},{"input":[1,2],"target":[0,1]}]"#,
        ]
        for (model, data) in trainings {
            let job = try server.train(#"{"model":"\#(model)",\#(data),"training":{"epochs":1}}"#)
            #expect(try server.finished(job)["status"]?.asString == "succeeded", "\(model)")
        }
        let questions = [
            #""model":"wave","sequence":[1,2,3,4],"samples":2"#, #""model":"wave","sequences":[[1,2,3],[4,5,6]]"#,
            #""model":"prose","prompt":"ab","max_tokens":3,"logprobs":true"#,
            #""model":"prose","sequence":"abc","score":true"#, #""model":"labels","sequence":"ab""#,
            #""model":"values","sequence":[1,2]"#, #""model":"tags","sequence":["a","b"]"#,
            #""model":"echo","sequence":"ab","attention":true"#, #""model":"echo","sequence":"ab","n_best":2"#,
            #""model":"points","sequence":[3,4],"attention":true"#,
        ]
        for question in questions {
            let whole = try server.request("POST", "/predict", "{\(question)}")
            #expect(whole.status == 200, "\(question): \(whole.text)")
            subject.expect(whole.json, "PredictAnswer")
            guard !question.contains("n_best") else { continue }
            let stream = try server.request("POST", "/predict", "{\(question),\"stream\":true}")
            #expect(!stream.lines.isEmpty, "\(question): \(stream.text)")
            for event in stream.lines { subject.expect(event, "PredictEvent") }
            subject.expect(stream.lines.last ?? .null, "PredictEnd")
        }
    }
}
