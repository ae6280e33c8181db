import ArgumentParser
import JSON
import Logging
import SequenceService
import System

/// Where a command finds its models: a running server, or a data directory.
struct ServerOptions: ParsableArguments {
    @Option(
        help:
            """
            Speak to the server at this address, http://host:port, https://host:port or unix:/path of its socket \
            (default: RONDO_URL; without either, work on the data directory).
            """
    )
    var url: String?

    @Option(help: "Key for the server (default: RONDO_KEY, which other users of this machine cannot see).")
    var key: String?

    @Option(help: "PEM file of the authorities to trust with https:// (default: RONDO_CA, or the system's).")
    var ca: String?

    @Option(help: "Data directory (default: RONDO_DATA, or ./rondo-data).")
    var data: String?

    /// What a command does where there is no data directory.
    enum MissingData {
        /// It says so: there is nothing to be seen.
        case refused
        case made
        /// It works on an empty one that is deleted afterwards: looking leaves nothing.
        case replaced
    }

    /// Calls `body` with a client. Without a URL the service runs in this process, behind a loopback port that only
    /// lives as long as the command: one way for every command to work, whether near or far.
    ///
    /// - Parameters:
    ///   - runsJobs: whether the in-process service takes jobs from the queue.
    ///   - missing: what happens where there is no data directory.
    func withClient<Result: Sendable>(
        runsJobs: Bool = false, missing: MissingData = .refused,
        _ body: (HTTPClient, _ isLocal: Bool) async throws -> Result
    ) async throws -> Result {
        let environment = ProcessEnvironment.variables
        if let client = try remoteClient() { return try await body(client, false) }
        var settings = ServerSettings()
        settings.host = "127.0.0.1"
        settings.port = 0
        settings.data = data ?? environment["RONDO_DATA"] ?? settings.data
        var scratch: String?
        defer { if let scratch { try? Files.removeTree(scratch) } }
        if !runsJobs, access(settings.data, F_OK) != 0 {
            switch missing {
            case .refused:
                throw ClientError(
                    description: "no data directory \(settings.data): name one with --data, or a server with --url")
            case .made: break
            case .replaced:
                let root = environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
                settings.data = "\(root)/rondo-\(Files.temporarySuffix())"
                scratch = settings.data
            }
        }
        settings.drainSeconds = 1
        settings.service.trainBodySizeBytesMax = 4 << 30
        settings.service.predictBodySizeBytesMax = 4 << 30
        settings.service.importBodySizeBytesMax = 4 << 30
        settings.logLevel = "error"
        let log = LogSwitch(settings)
        let logger = Logger(label: "rondo") { _ in StandardErrorLog(log) }
        let process = try await ServerProcess(settings: settings, logger: logger)
        if runsJobs { process.start() } else { try process.service.rescueJobs() }
        do {
            let result = try await body(HTTPClient(url: process.url), true)
            await process.stop()
            return result
        } catch {
            await process.stop()
            throw error
        }
    }

    /// Speaks to the server that is named; nil: none is, and the command works on the data directory.
    func remoteClient() throws(ClientError) -> HTTPClient? {
        let environment = ProcessEnvironment.variables
        guard let url = url ?? (data == nil ? environment["RONDO_URL"] : nil) else { return nil }
        return try HTTPClient(
            url: url, key: key ?? environment["RONDO_KEY"], authorities: ca ?? environment["RONDO_CA"])
    }

    /// One request of a command, and its answer.
    func json(_ method: String, _ path: String, body: JSONValue? = nil) async throws -> JSONValue {
        try await withClient { client, _ in
            try await Self.blocking { try client.json(method, path, body: body) }
        }
    }

    /// As they were given, for a command that goes on from here; never the key.
    var words: String {
        [("url", url), ("ca", ca), ("data", data)].compactMap { name, value in
            value.map { " --\(name) \(NextStep.quoted($0))" }
        }.joined()
    }

    /// Runs a blocking call of the client on a thread of our own.
    static func blocking<Result: Sendable>(_ call: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await WorkQueue(name: "client", threads: 1).run(call)
    }
}
