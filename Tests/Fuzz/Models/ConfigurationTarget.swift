import Foundation
import JSON
import SequenceService

/// Configurations as a file, as variables and as arguments: an error that names the key, or settings that can be taken
/// apart.
struct ConfigurationTarget: FuzzTarget {
    private let path = NSTemporaryDirectory() + "rondo-fuzz-\(ProcessInfo.processInfo.processIdentifier).json"

    func run(_ random: inout RandomSource, verbose: Bool) -> String {
        defer { unlink(path) }
        let defaults = ServerSettings()
        var file = JSONObject(), environment: [String: String] = [:], arguments: [String] = []
        for _ in 0...random.below(4) {
            let key = random.pick(ConfigurationTable.keys)
            let usual = key.value(in: defaults)
            let value = random.oneIn(3) ? usual : JSONMutator.extreme(&random, near: usual)
            switch random.below(3) {
            case 0: file[key.name] = value
            case 1: environment[key.environmentName] = value.asString ?? value.text
            default: arguments += ["\(key.argumentName)=\(value.asString ?? value.text)"]
            }
        }
        var json = JSONValue.object(file)
        if random.oneIn(8) { json = JSONMutator.mutated(json, places: 1, &random) }
        if verbose { print("\(json.text)\n\(environment)\n\(arguments)") }
        do {
            try Data(json.bytes).write(to: URL(fileURLWithPath: path))
            let settings = try ConfigurationReader.settings(file: path, environment: environment, arguments: arguments)
            _ = (settings.hosts, settings.isLoopback, settings.serviceConfiguration, settings.keyFile)
            _ = ConfigurationTable.limits(of: settings).text
            _ = settings.httpServer(credentials: nil, inherited: [])
            _ = try settings.tlsFiles()
            return "accepted"
        } catch {
            if verbose { print("refused: \(error)") }
            return "refused"
        }
    }
}
