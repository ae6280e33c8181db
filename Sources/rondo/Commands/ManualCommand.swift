import ArgumentParser
import CommandData
import JSON
import SequenceService

/// `rondo man`.
struct ManualCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "man", abstract: "Prints the manual of all commands in the format of man(7).",
        discussion: """
            Read it: rondo man | man -l -

            Install it: rondo man > ~/.local/share/man/man1/rondo.1
            """)

    func run() throws {
        let page = ManualPage(
            help: try JSONParser.parse(Rondo._dumpHelp()), version: ServiceVersion.number,
            files: [
                ("rondo-data/", "The data directory: jobs, checkpoints, models; --data and RONDO_DATA name another."),
                ("RONDO_URL, RONDO_KEY, RONDO_CA", "The server, the key and the authorities of --url, --key and --ca."),
                ("RONDO_PORT, RONDO_CONFIG, ...", "Settings of the server: every key of rondo serve."),
            ])
        StandardOutput.write(page.text)
    }
}
