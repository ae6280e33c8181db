import Glibc
import JSON
import TestSupport
import Testing

/// `"from"`: a new version that continues an old one.
@Suite(.serialized) struct ContinueTests {
    @Test func continuesAVersionThatIsDeletedMeanwhile() throws {
        let directory = try TemporaryDirectory()
        var server = try TestServer(data: directory)
        _ = try server.finished(server.train(Samples.forecast))
        let blocker = try server.train(Samples.long(epochs: 10_000))
        try server.wait(for: "the job to run") {
            try server.request("GET", "/jobs/\(blocker)").json["status"]?.asString == "running"
        }

        let body = #"{"model":"next","sequences":[[\#(Samples.series)]],"from":"wave","training":{"epochs":2}}"#
        let plan = try server.request("POST", "/train?validate_only=true", body).json
        #expect(plan["from"]?.asString == "wave@1" && plan["settings"]?["network"]?["hidden"]?.asInt == 8)
        #expect(plan["settings"]?["forecast"]?["horizon"]?.asInt == 4)
        let id = try server.train(body)
        #expect(try server.request("GET", "/jobs/\(id)").json["from"]?.asString == "wave@1")
        #expect(try server.request("DELETE", "/models/wave").status == 204)
        server.process.signal(SIGKILL)
        _ = server.process.wait()
        server = try TestServer(data: directory)
        try server.request("POST", "/jobs/\(blocker)/cancel")

        let job = try server.finished(id)
        #expect(job["status"]?.asString == "succeeded" && job["result"]?["from"]?.asString == "wave@1", "\(job.text)")
        let version = try server.request("GET", "/models/next").json["versions"]?[0]
        #expect(version?["from"]?.asString == "wave@1" && version?["settings"]?["network"]?["hidden"]?.asInt == 8)
        let answer = try server.request("POST", "/predict", #"{"model":"next","sequence":[\#(Samples.series)]}"#)
        #expect(answer.json["predictions"]?[0]?["mean"]?.asNumbers?.count == 4)
        #expect(access(directory.path + "/data/checkpoints/\(id)", F_OK) != 0)
    }

    @Test func refusesWhatDoesNotFit() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        _ = try server.finished(server.train(Samples.language()))
        let cases: [(from: String, members: String, pointer: String)] = [
            ("prose@9", #""text":"the cat""#, "/from"), ("prosa", #""text":"the cat""#, "/from"),
            ("prose@beta", #""text":"the cat""#, "/from"),
            ("pr ose", #""text":"the cat""#, "/from"), ("prose", #""sequences":[[1,2,3,4]]"#, "/from"),
            ("prose", #""text":"THE CAT""#, "/text"),
            ("prose", #""text":"the cat","network":{"hidden":17}"#, "/network/hidden"),
        ]
        for item in cases {
            let answer = try server.request(
                "POST", "/train", #"{"model":"next","from":"\#(item.from)",\#(item.members)}"#)
            #expect(
                answer.status == 422 && answer.json["errors"]?[0]?["pointer"]?.asString == item.pointer,
                "\(item) \(answer.text)")
        }
        #expect(
            try server.request("POST", "/train", #"{"model":"next","from":"prosa","text":"the cat"}"#).text.contains(
                "did you mean"))
        #expect(try server.request("GET", "/jobs").json["jobs"]?.elements?.count == 1)
    }
}
