import ArgumentParser
import ModelFiles
import SequenceService
import System

/// `rondo check`.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Reads a whole data directory and says what is wrong with it; --repair and --adopt mend it.",
        discussion: """
            Digests of models, checkpoints, copies and data, the database, and what rows and folders say of each \
            other. Without --repair and --adopt nothing is changed, and a server may run meanwhile.

            Exit codes: 0, nothing is wrong (notes are no faults); 1, something is, or is still; 69, it could not be \
            checked or mended, as beside a running server.
            """)

    @Flag(help: "Delete leftovers, and list damaged versions as damaged. No version is deleted.")
    var repair = false

    @Flag(help: "Record version folders that the database does not know; nothing is written over.")
    var adopt = false

    @Flag(help: "With --adopt: the newest version of a model takes the label stable where no version has it.")
    var stable = false

    @Option(
        name: .customLong("owner"),
        help: "With --adopt: tenant of models whose tenant is not known (default: the unnamed one).")
    var tenant: String?

    @Option(help: "How findings are written: table (default), json (all of the check), ndjson or csv.")
    var format: OutputFormat?

    @Flag(help: "The same as --format json.")
    var json = false

    @OptionGroup var data: DataOption

    func validate() throws {
        guard adopt || (!stable && tenant == nil) else {
            throw ValidationError("--stable and --owner are for --adopt.")
        }
        guard tenant.map({ ModelName.isValid($0) }) ?? true else {
            throw ValidationError("--owner \"\(tenant ?? "")\" is not a name of a tenant.")
        }
    }

    func run() throws {
        let format = try OutputFormat.chosen(format, isJSON: json)
        let place = try data.existing()
        let check: StoreCheck
        do {
            check = try checked(place)
        } catch {
            StandardError.write("Error: not checked: \(error)\n")
            throw ExitCode(ServerExit.unavailable)
        }
        try CheckDisplay.write(check, format)
        guard check.isSound else { throw ExitCode(1) }
    }

    private func checked(_ place: ServiceDirectory) throws -> StoreCheck {
        guard repair || adopt else { return try StoreCheck.run(place) }
        let lock = try DirectoryLock(place, for: .care)
        var check = try StoreCheck(place, isAlone: true)
        var wishes = StoreRepair.Wishes(repairs: repair, adopts: adopt)
        wishes.tenant = tenant ?? ""
        wishes.setsStable = stable
        try StoreRepair.run(&check, wishes, holding: lock)
        return check
    }
}
