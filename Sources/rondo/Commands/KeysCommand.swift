import ArgumentParser
import CommandData
import HTTPServer
import JSON
import ModelFiles
import SequenceService

/// `rondo keys`: makes, lists and removes the keys of a server.
struct KeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "Makes, lists and removes keys; a running server applies changes on SIGHUP.",
        subcommands: [Add.self, List.self, Remove.self, Rotate.self])

    /// Where the keys are.
    struct Place: ParsableArguments {
        @Option(help: "File of keys (default: RONDO_KEYS_FILE, or keys.json in the data directory).")
        var keysFile: String?

        @Option(help: "Data directory (default: RONDO_DATA, or ./rondo-data).")
        var data: String?

        var file: KeyFile {
            let environment = ProcessEnvironment.variables
            var settings = ServerSettings()
            settings.data = data ?? environment["RONDO_DATA"] ?? settings.data
            settings.keysFile = keysFile ?? (data == nil ? environment["RONDO_KEYS_FILE"] : nil) ?? ""
            return settings.keyFile.file
        }
    }

    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes a key and prints it, once: only its digest is kept.")

        @Argument(help: "Name of the key, for logs: \(ModelName.pattern).")
        var name: String

        @Option(help: "What its holder may do: predict, train (also predict) or admin (everything).")
        var role: String

        @Option(
            name: .customLong("owner"),
            help:
                """
                Tenant whose jobs and models it makes and sees, and those of no other; without it the unnamed tenant, \
                and an admin sees all.
                """
        )
        var tenant: String?

        @OptionGroup var place: Place

        func run() throws {
            guard ModelName.isValid(name) else {
                throw ConfigurationError(description: "the name \"\(name)\" is not \(ModelName.pattern)")
            }
            guard let role = AccessRole(rawValue: role) else {
                throw ConfigurationError(description: "--role must be predict, train or admin, not \(role)")
            }
            guard tenant.map(ModelName.isValid) ?? true else {
                throw ConfigurationError(description: "--owner \"\(tenant ?? "")\" is not \(ModelName.pattern)")
            }
            let (text, key) = AccessKey.make(name: name, role: role, tenant: tenant ?? "")
            try place.file.update { keys in
                guard !keys.contains(where: { $0.name == name }) else {
                    throw ConfigurationError(description: "there is a key \(name) already")
                }
                keys.append(key)
            }
            StandardOutput.write(text + "\n")
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Names, roles, times and tenants (- for the unnamed one) of the keys.")

        @Flag(help: "Write JSON.")
        var json = false

        @OptionGroup var place: Place

        func run() throws {
            let keys = place.file.exists ? try place.file.read() : []
            if json {
                let list = keys.map { key -> JSONValue in
                    [
                        "name": .string(key.name), "role": .string(key.role.rawValue),
                        "created_at": .string(key.createdAt), "owner": key.tenant.isEmpty ? .null : .string(key.tenant),
                    ]
                }
                return StandardOutput.write(JSONValue.array(list).text + "\n")
            }
            guard !keys.isEmpty else { return StandardError.write("no keys in \(place.file.path)\n") }
            var table = TextTable([.init("key"), .init("role"), .init("created"), .init("owner")])
            for key in keys {
                table.append([key.name, key.role.rawValue, key.createdAt, key.tenant.isEmpty ? "-" : key.tenant])
            }
            StandardOutput.write(table)
        }
    }

    struct Rotate: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes a new secret for states of sessions; a running server takes it at once.",
            discussion: "States that were sealed before are taken as long as their secret is among those that stay.")

        @Option(help: "File of secrets (default: RONDO_STATE_KEYS_FILE, or state-keys.json in the data directory).")
        var stateKeysFile: String?

        @Option(help: "Data directory (default: RONDO_DATA, or ./rondo-data).")
        var data: String?

        @Option(parsing: .unconditional, help: "Former secrets that stay, the newest.")
        var keep = StateKeys.countMax - 1

        func validate() throws {
            guard 0..<StateKeys.countMax ~= keep else {
                throw ValidationError("--keep must be from 0 to \(StateKeys.countMax - 1).")
            }
        }

        func run() throws {
            let environment = ProcessEnvironment.variables
            let directory = data ?? environment["RONDO_DATA"] ?? ServerSettings().data
            let named = stateKeysFile ?? (data == nil ? environment["RONDO_STATE_KEYS_FILE"] : nil)
            try StateKeys(path: named ?? ServiceDirectory(root: directory).stateKeys).rotate(keeping: keep)
        }
    }

    struct Remove: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Removes a key.")

        @Argument(help: "Name of the key.")
        var name: String

        @OptionGroup var place: Place

        func run() throws {
            try place.file.update { keys in
                guard keys.contains(where: { $0.name == name }) else {
                    throw ConfigurationError(description: "there is no key \(name) in \(place.file.path)")
                }
                keys.removeAll { $0.name == name }
            }
        }
    }
}
