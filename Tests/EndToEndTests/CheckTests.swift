import Glibc
import JSON
import System
import TestSupport
import Testing

/// `rondo check` of the real binary.
@Suite(.serialized) struct CheckTests {
    private let directory: TemporaryDirectory
    private var data: String { directory.path + "/data" }

    init() throws { directory = try TemporaryDirectory() }

    private func check(_ arguments: String..., code: Int32 = 0) throws -> (output: String, errors: String) {
        let process = try ChildProcess(["check", "--data", data] + arguments, in: directory)
        #expect(process.wait() == code, "\(arguments): \(process.output)\(process.errors)")
        return (process.output, process.errors)
    }

    private func flip(_ path: String) throws {
        var bytes = TemporaryDirectory.get(data + "/" + path)
        bytes[bytes.count / 2] ^= 16
        try TemporaryDirectory.put(bytes, data + "/" + path)
    }

    @Test func damageIsFoundBesideAServerAndMarkedWithoutOne() throws {
        #expect(try check(code: 1).errors.contains("no data directory"))
        var server = try TestServer(data: directory)
        for _ in 0..<2 { _ = try server.finished(server.train(Samples.forecast)) }
        #expect(try check().output.hasSuffix("nothing is wrong\n"))
        try flip("models/wave/1/model.safetensors")
        let found = try check(code: 1).output
        #expect(found.hasPrefix("fault  version-damaged  wave@1: ") && found.contains("1 fault"), "\(found)")
        let refused = try check("--repair", code: 69).errors
        #expect(refused.contains("is at work in") && refused.contains("\(server.process.pid)"), "\(refused)")
        #expect(server.stop() == 0)

        let json = try JSONParser.parse(check("--repair", "--json", code: 1).output)
        #expect(json["sound"]?.asBool == false && json["findings"]?[0]?["outcome"]?.asString == "listed as damaged")
        #expect(json["checked"]?["versions"]?.asInt == 2)
        let rows = try check("--format", "csv", code: 1).output.split(separator: "\n")
        #expect(rows.first == "severity,kind,place,detail,remedy,outcome,mended" && rows.count == 2, "\(rows)")
        server = try TestServer(data: directory)
        let versions = try server.request("GET", "/models/wave").json["versions"]
        #expect(versions?[0]?["damaged"] != nil && versions?[1]?["damaged"] == nil, "\(versions?.text ?? "")")
        let answer = try server.request("POST", "/predict", #"{"model":"wave@1","sequence":[1,2,3]}"#)
        #expect(answer.status == 503 && answer.text.contains("damaged"), "\(answer.text)")
        #expect(server.stop() == 0)
    }

    @Test func aLostIndexIsRebuiltFromItsFolders() throws {
        var server = try TestServer(data: directory)
        _ = try server.finished(server.train(Samples.forecast))
        let body = #"{"model":"wave@1","sequence":[\#(Samples.series)]}"#
        let expected = try server.request("POST", "/predict", body).json["predictions"]
        #expect(server.stop() == 0 && expected != nil)
        for suffix in ["", "-wal", "-shm"] { try Files.remove(data + "/rondo.sqlite" + suffix) }
        #expect(try check(code: 1).output.contains("database-missing"))
        #expect(try check("--owner", "a", code: 64).errors.contains("--adopt"))
        let adopted = try check("--adopt", "--stable").output
        #expect(adopted.contains("wave@1 has it now") && adopted.contains("nothing is wrong"), "\(adopted)")
        #expect(try check().output.contains("1 version of 1 model "))
        server = try TestServer(data: directory)
        #expect(try server.request("POST", "/predict", body).json["predictions"] == expected)
        #expect(try server.request("GET", "/models/wave").json["labels"]?["stable"]?.asInt == 1)
        #expect(server.stop() == 0)
    }
}
