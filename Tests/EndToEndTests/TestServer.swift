import Glibc
import JSON
import TestSupport

/// `rondo serve` on a free port of the loopback interface.
final class TestServer {
    let process: ChildProcess
    let port: UInt16
    /// Stays as long as the server, whose data and logs are in it.
    private let directory: TemporaryDirectory

    init(
        data: TemporaryDirectory, arguments: [String] = [], environment: [String: String] = [:],
        preparation: String? = nil, socket: Int32? = nil
    ) throws {
        directory = data
        process = try ChildProcess(
            ["serve", "--port", "0", "--data", data.path + "/data"] + arguments, in: data, environment: environment,
            preparation: preparation, socket: socket)
        var found: UInt16?
        for _ in 0..<2000 where found == nil {
            usleep(5000)
            let log = process.errors
            if let range = log.firstRange(of: "http://127.0.0.1:") {
                found = UInt16(log[range.upperBound...].prefix { $0.isNumber })
            }
        }
        guard let found else { throw TestFailure("the server did not start: \(process.errors)") }
        port = found
    }

    // MARK: Requests

    @discardableResult
    func request(_ method: String, _ path: String, _ body: String? = nil, headers: [String] = []) throws -> TestAnswer {
        let exchange = try TestExchange(port: port, method, path, body.map { Array($0.utf8) }, headers: headers)
        return try exchange.whole()
    }

    func stream(_ method: String, _ path: String, _ body: String? = nil, headers: [String] = []) throws -> TestExchange
    {
        try TestExchange(port: port, method, path, body.map { Array($0.utf8) }, headers: headers)
    }

    /// Posts a training request and answers the job's id.
    func train(_ body: String) throws -> String {
        let answer = try request("POST", "/train", body)
        guard answer.status == 202, let id = answer.json["id"]?.asString else {
            throw TestFailure("train: \(answer.status) \(answer.text)")
        }
        return id
    }

    /// Reads the job's events to the last one and answers the job.
    func finished(_ id: String) throws -> JSONValue {
        _ = try request("GET", "/jobs/\(id)/events")
        return try request("GET", "/jobs/\(id)").json
    }

    /// Looks every 10 ms until `condition` holds.
    func wait(seconds: Double = 20, for what: String, _ condition: () throws -> Bool) throws {
        for _ in 0..<Int(seconds * 100) {
            if try condition() { return }
            usleep(10_000)
        }
        throw TestFailure("waited \(seconds) s for \(what)")
    }

    /// Values of one `GET /metrics`, so that they are of one moment; -1 for a name that it does not have.
    func metrics(_ names: [String]) throws -> [Double] {
        let lines = try request("GET", "/metrics").text.split(separator: "\n")
        return names.map { name in
            let line = lines.first { $0.hasPrefix(name + " ") }
            return line.flatMap { Double($0.split(separator: " ").last ?? "") } ?? -1
        }
    }

    /// A value of `GET /metrics`.
    func metric(_ name: String) throws -> Double { try metrics([name])[0] }

    /// SIGTERM; the exit code.
    func stop() -> Int32 {
        process.signal(SIGTERM)
        return process.wait()
    }
}
