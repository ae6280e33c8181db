import Foundation
import JSON
import ModelFiles
import TestSupport
import Testing

/// Whatever a client sends or a file holds is an answer or a named damage: the process lives on, with its other models.
@Suite(.serialized) struct HostileTests {
    private static let quantileForecast = Samples.forecast.replacing(
        #""seasonality":8"#, with: #""seasonality":8,"distribution":"quantile""#)

    private func percent(_ text: String) -> String {
        text.utf8.map { byte in
            let isPlain = (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte)
            return isPlain
                ? String(UnicodeScalar(byte)) : "%" + String(byte / 16, radix: 16) + String(byte % 16, radix: 16)
        }.joined()
    }

    /// The settings of an export, changed by hand; the tensors are good.
    @Test func importedSettingsObeyTheRulesOfTraining() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        _ = try server.finished(server.train(Self.quantileForecast))
        let file = try server.request("GET", "/models/wave/versions/1/weights").body
        let metadata = try SafeTensors.decode(file).metadata
        let settings = try JSONParser.parse(try #require(metadata["rondo.settings"]))
        func put(_ change: (inout JSONObject) -> Void) throws -> TestAnswer {
            var changed = try #require(settings.object)
            change(&changed)
            let path = "/models/copy/versions?settings=" + percent(JSONValue.object(changed).text)
            return try TestExchange(
                port: server.port, "PUT", path, file, headers: ["Content-Type: application/octet-stream"]
            ).whole()
        }
        let levels: [(JSONValue, String)] = [
            ([], ""), ([0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1], "/1"),
            ([-0.5, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1.5], "/0"), ([0.5], ""), ([1e-50, 0.5], "/0"),
        ]
        for (value, place) in levels {
            let answer = try put { settings in
                var forecast = settings["forecast"]?.object ?? [:]
                forecast["quantiles"] = value
                settings["forecast"] = .object(forecast)
            }
            #expect(answer.status == 422, "\(value.text): \(answer.status) \(answer.text)")
            let pointers = answer.json["errors"]?.elements?.compactMap { $0["pointer"]?.asString } ?? []
            #expect(pointers.contains("/forecast/quantiles" + place), "\(value.text): \(answer.text)")
        }
        for member in ["horizon", "seasonality", "context"] {
            for value in [Int.min, 0, Int.max] {
                let answer = try put { settings in
                    var facts = settings["facts"]?.object ?? [:]
                    facts[member] = .integer(value)
                    settings["facts"] = .object(facts)
                }
                #expect(answer.status == 422 && answer.text.contains("/facts/" + member), "\(answer.text)")
            }
        }
        #expect(try put { _ in }.status == 201)
        #expect(
            try server.request("POST", "/predict", #"{"model":"copy","sequence":[\#(Samples.series)]}"#).status == 200)
        #expect(server.stop() == 0)
    }

    /// A `model.json` that says something else than its weights, with a right digest.
    @Test func aHostileModelFileIsNamedDamage() throws {
        let directory = try TemporaryDirectory()
        var server = try TestServer(data: directory)
        _ = try server.finished(server.train(Self.quantileForecast))
        _ = try server.finished(server.train(Samples.classification))
        let folder = directory.path + "/data/models/wave/1"
        let good = try String(contentsOfFile: folder + "/model.json", encoding: .utf8)
        let changes: [(from: String, to: String, named: String)] = [
            (#""hidden":8"#, #""hidden":4611686018427387904"#, "/settings/network/hidden"),
            (#""hidden":8"#, #""hidden":0"#, "/settings/network/hidden"),
            (#""hidden":8"#, #""hidden":9"#, "weights"),
            (#""quantiles":[0.1"#, #""quantiles":[-0.1"#, "/settings/forecast/quantiles/0"),
            (#""horizon":4"#, #""horizon":-1"#, "horizon"), (#""channels":1"#, #""channels":-1"#, "/channels"),
            (#""context":"#, #""context":-"#, "/forecast/context"), (#""model":{"#, #""model":{,"#, "is not JSON"),
            (#""model":{"#, #""model":{"settings":1,"x":{"#, "is not JSON"),
        ]
        for change in changes {
            let text = good.replacing(change.from, with: change.to)
            #expect(text != good, "\(change.from) is not in model.json")
            try text.write(toFile: folder + "/model.json", atomically: true, encoding: .utf8)
            let weights = try String(contentsOfFile: folder + "/SHA256SUMS", encoding: .utf8).split(separator: "\n")
                .first { $0.hasSuffix("model.safetensors") }
            try "\(SHA256.hex(Array(text.utf8)))  model.json\n\(try #require(weights))\n".write(
                toFile: folder + "/SHA256SUMS", atomically: true, encoding: .utf8)
            // What is loaded stays; a new process reads the file.
            #expect(server.stop() == 0)
            server = try TestServer(data: directory)
            let question = #"{"model":"wave","sequence":[\#(Samples.series)]}"#
            #expect(try server.request("POST", "/predict", question).status == 503, "\(change)")
            #expect(server.process.errors.contains(change.named), "\(change): \(server.process.errors)")
            #expect(try server.request("GET", "/models/wave/versions/1/onnx").status == 503, "\(change)")
            #expect(
                try server.request(
                    "POST", "/train", Samples.forecast.replacing(#""metadata""#, with: #""from":"wave","metadata""#)
                )
                .status == 503, "\(change)")
            #expect(try server.request("POST", "/predict", #"{"model":"letters","sequence":"aab"}"#).status == 200)
            #expect(try server.request("GET", "/models/wave").status == 200)
        }
    }

    /// Numbers that are nothing in the 32 bits of the engine.
    @Test func trainingOptionsAreCheckedAsTheyAreUsed() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        for member in ["gradient_value_max", "gradient_norm_max"] {
            let body = Samples.language(extra: #","\#(member)":1e-50"#)
            let answer = try server.request("POST", "/train", body)
            #expect(answer.status == 422 && answer.text.contains("/training/" + member), "\(answer.text)")
        }
        #expect(server.stop() == 0)
    }

    /// A rate near 0 gives a token in more seconds than an integer holds.
    @Test func waitsOfAnyLengthAreAnswered() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(
            data: directory, arguments: ["--requests-per-second", "1e-300", "--request-burst", "1"])
        var refused: [String] = []
        for _ in 0..<3 {
            let answer = try server.request("GET", "/models")
            if answer.status == 429 { refused.append(answer.headers["retry-after"] ?? "") }
        }
        #expect(refused.count >= 2 && refused.allSatisfy { $0 == "86400" }, "\(refused)")
        #expect(server.stop() == 0)
    }
}
