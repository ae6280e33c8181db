import JSON
import TestSupport
import Testing

/// Each task from the data to a streamed answer, over HTTP.
@Suite(.serialized) struct TaskTests {
    @Test func forecast() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        let accepted = try server.request("POST", "/train", Samples.forecast)
        #expect(accepted.status == 202)
        let id = try #require(accepted.json["id"]?.asString)
        #expect(accepted.headers["location"] == "/jobs/\(id)")

        let events = try server.request("GET", "/jobs/\(id)/events")
        #expect(events.headers["content-type"] == "application/x-ndjson")
        let ids = events.lines.compactMap { $0["id"]?.asInt }
        #expect(ids == ids.sorted() && Set(ids).count == ids.count)
        #expect(events.lines.last?["status"]?.asString == "succeeded")
        #expect(events.lines.contains { $0["type"]?.asString == "metrics" && $0["train_loss"]?.asDouble != nil })

        // Resumed after an event, the rest comes; as Server-Sent Events the ids are the same.
        let rest = try server.request(
            "GET", "/jobs/\(id)/events", headers: ["Accept: text/event-stream", "Last-Event-ID: \(ids[1])"])
        #expect(rest.headers["content-type"] == "text/event-stream")
        #expect(rest.text.hasPrefix(": alive\n\nid: \(ids[2])\ndata: {"))

        let job = try server.request("GET", "/jobs/\(id)").json
        #expect(job["status"]?.asString == "succeeded" && job["version"]?.asInt == 1)
        #expect(job["result"]?["weights_sha256"]?.asString?.count == 64)
        #expect(job["metadata"]?["team"]?.asString == "ops")
        #expect(job["settings"]?["network"]?["hidden"]?.asInt == 8)

        let body = #"{"model":"wave","sequence":[\#(Samples.series)],"horizon":5,"quantiles":[0.1,0.9]"#
        let whole = try server.request("POST", "/predict", body + "}").json
        #expect(whole["model"]?.asString == "wave@1" && whole["task"]?.asString == "forecast")
        let mean = try #require(whole["predictions"]?[0]?["mean"]?.asNumbers)
        #expect(mean.count == 5 && mean.allSatisfy(\.isFinite))

        let stream = try server.request("POST", "/predict", body + #","stream":true}"#)
        #expect(stream.headers["content-type"] == "application/x-ndjson")
        #expect(stream.lines.count == 6)
        #expect(stream.lines.dropLast().compactMap { $0["mean"]?.asDouble } == mean)
        #expect(stream.lines.last?["done"]?.asBool == true && stream.lines.last?["reason"]?.asString == "horizon")
        #expect(stream.lines.last?["steps"]?.asInt == 5)
        #expect(server.stop() == 0)
    }

    /// Differences of 1 on a level of 1e9 survive the request, the stored training data, the model and the answer.
    @Test func forecastFarFromZero() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        let history = Samples.farSeries.joined(separator: ",")
        let job = try server.finished(
            server.train(#"{"model":"far","sequences":[[\#(history)]],"network":{"hidden":8},"training":{"epochs":4}}"#)
        )
        #expect(job["result"]?["metrics"]?["mae"]?.asDouble ?? 9 < 0.1)
        #expect(job["settings"]?["forecast"]?["seasonality"]?.asInt == 8)
        let answer = try server.request("POST", "/predict", #"{"model":"far","sequence":[\#(history)],"horizon":8}"#)
            .json
        let mean = try #require(answer["predictions"]?[0]?["mean"]?.asNumbers)
        for (step, value) in mean.enumerated() { #expect(abs(value - (1e9 + Samples.farShape[step])) < 0.2) }
    }

    /// The heads that need settings or data of their own: echoed settings, metrics, answers, a stream, and faults.
    @Test(arguments: ["quantile", "negative_binomial"]) func forecastHeads(distribution: String) throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        let own = distribution == "quantile" ? #","quantiles":[0.1,0.25,0.75,0.9]"# : ""
        let counts = (0..<96).map { String([3, 0, 5, 9, 2, 0, 1, 4][$0 % 8] + $0 % 3) }.joined(separator: ",")
        let request =
            #"{"model":"heads","sequences":[[\#(counts)]],"network":{"hidden":8},"training":{"epochs":4},"#
            + #""forecast":{"horizon":4,"distribution":"\#(distribution)"\#(own)}}"#
        let job = try server.finished(server.train(request))
        #expect(job["settings"]?["forecast"]?["distribution"]?.asString == distribution)
        #expect(job["settings"]?["forecast"]?["quantiles"]?.asNumbers == (own.isEmpty ? nil : [0.1, 0.25, 0.75, 0.9]))
        for name in ["crps", "coverage_0.8", "mase"] {
            #expect(job["result"]?["metrics"]?[name]?.asDouble != nil, "\(job.text)")
        }
        let body = #"{"model":"heads","sequence":[\#(counts)],"quantiles":[0.2,0.8],"samples":3"#
        let whole = try server.request("POST", "/predict", body + "}").json["predictions"]?[0]
        let mean = try #require(whole?["mean"]?.asNumbers)
        let low = whole?["quantiles"]?["0.2"]?.asNumbers ?? [], high = whole?["quantiles"]?["0.8"]?.asNumbers ?? []
        #expect(mean.count == 4 && low.count == 4 && zip(low, high).allSatisfy { $0 <= $1 })
        #expect(whole?["samples"]?.elements?.count == 3)
        let stream = try server.request("POST", "/predict", body + #","stream":true}"#).lines
        #expect(stream.dropLast().compactMap { $0["mean"]?.asDouble } == mean)
        #expect(stream.dropLast().compactMap { $0["quantiles"]?["0.8"]?.asDouble } == high)
        let wrong = distribution == "quantile" ? #"[1,2],"quantiles":[0.01]"# : "[1,2.5]"
        #expect(try server.request("POST", "/predict", #"{"model":"heads","sequence":\#(wrong)}"#).status == 422)
    }

    @Test func languageModel() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        #expect(try server.finished(server.train(Samples.language()))["status"]?.asString == "succeeded")
        let body = #"{"model":"prose@stable","prompt":"the ","max_tokens":20,"seed":5,"temperature":0.9"#
        let first = try server.request("POST", "/predict", body + "}").json["predictions"]?[0]
        let second = try server.request("POST", "/predict", body + "}").json["predictions"]?[0]
        #expect(first == second && first?["finish_reason"]?.asString == "length")
        let stream = try server.request("POST", "/predict", body + #","stream":true}"#).lines
        #expect(stream.compactMap { $0["text"]?.asString }.joined() == first?["text"]?.asString)
        #expect(stream.last?["reason"]?.asString == "length" && stream.last?["steps"]?.asInt == 20)
    }

    @Test func taggingWithMissingLabels() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        let pairs = (0..<40).map {
            #"{"input":["the","cat","sees","dogs"],"target":[\#($0 % 2 == 0 ? "null" : #""D""#),"N",null,"N"]}"#
        }
        let body =
            #"{"model":"tags","sequences":[\#(pairs.joined(separator: ","))],"network":{"hidden":8},"#
            + #""training":{"epochs":20}}"#
        let job = try server.finished(server.train(body))
        #expect(job["status"]?.asString == "succeeded" && job["task"]?.asString == "tagging")
        let answer = try server.request("POST", "/predict", #"{"model":"tags","sequence":["the","cat","sees","dogs"]}"#)
            .json
        #expect(
            answer["predictions"]?[0]?["labels"]?[0]?.asString == "D"
                && answer["predictions"]?[0]?["labels"]?[3]?.asString == "N")
        for nulls in ["[null,null,null,null]", "[null]"] {
            let refused = try server.request("POST", "/train", body.replacing(#"[null,"N",null,"N"]"#, with: nulls))
            #expect(
                refused.status == 422 && refused.json["errors"]?[0]?["pointer"]?.asString == "/sequences/0/target",
                "\(refused.text)")
        }
        let mixed = try server.request(
            "POST", "/train", body.replacing(#"["D","N",null,"N"]"#, with: #"["D",5,null,"N"]"#))
        #expect(mixed.status == 422 && mixed.json["errors"]?[0]?["pointer"]?.asString == "/sequences/1/target/1")
    }

    @Test func classification() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        let job = try server.finished(server.train(Samples.classification))
        #expect(job["status"]?.asString == "succeeded" && job["task"]?.asString == "classification")
        let answer = try server.request("POST", "/predict", #"{"model":"letters","sequences":["aabaa","zzyzz"]}"#).json
        #expect(answer["predictions"]?[0]?["label"]?.asString == "A")
        #expect(answer["predictions"]?[1]?["label"]?.asString == "Z")
        #expect(answer["predictions"]?[1]?["probabilities"]?["Z"]?.asDouble ?? 0 > 0.5)
        let stream = try server.request("POST", "/predict", #"{"model":"letters","sequence":"zzy","stream":true}"#)
            .lines
        #expect(stream.count == 2 && stream.first?["label"]?.asString == "Z" && stream.last?["done"]?.asBool == true)
    }
}
