import ArgumentParser
import JSON

/// `rondo health`: exit code 0 when a server is ready.
struct HealthCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health", abstract: "Asks a server whether it is ready; the exit code is the answer.")

    @Option(help: "The server (default: RONDO_URL, or http://127.0.0.1 with the port of RONDO_PORT or 8080).")
    var url: String?

    @Option(help: "PEM file of the authorities to trust with https:// (default: RONDO_CA, or the system's).")
    var ca: String?

    func run() async throws {
        let environment = ProcessEnvironment.variables
        var client = try HTTPClient(
            url: url ?? environment["RONDO_URL"] ?? "http://127.0.0.1:\(environment["RONDO_PORT"] ?? "8080")",
            authorities: ca ?? environment["RONDO_CA"])
        client.timeoutSeconds = 3
        let answer = try await ServerOptions.blocking { [client] in try client.json("GET", "/readyz") }
        StandardOutput.write((answer["status"]?.asString ?? "") + "\n")
    }
}
