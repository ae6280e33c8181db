import ArgumentParser
import JSON

/// `rondo validate FILE`.
struct ValidateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Checks a file and settings as rondo train would, and shows the plan without training.",
        usage: "rondo validate FILE [--model NAME] [--set MEMBER=VALUE ...]")

    @OptionGroup var input: TrainingInput

    @Flag(help: "Write the server's JSON.")
    var json = false

    @OptionGroup var server: ServerOptions

    func validate() throws {
        guard input.file != nil else { throw ValidationError("Missing expected argument '<file>'") }
    }

    func run() async throws {
        let (body, places) = try input.request { StandardError.write($0 + "\n") }
        let plan = try await server.withClient(missing: .replaced) { client, _ in
            try await ServerOptions.blocking {
                try ClientError.placing(in: places) {
                    try client.send(body, "POST", "/train?validate_only=true")
                }
            }
        }
        if json { return StandardOutput.write(plan.text + "\n") }
        ModelDisplay.plan(plan)
        StandardError.write("valid; rondo train with the same arguments trains it\n")
    }
}
