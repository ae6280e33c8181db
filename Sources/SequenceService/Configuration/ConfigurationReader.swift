import JSON
import ModelFiles
import System

/// What is wrong with a configuration, in the words of its author.
package struct ConfigurationError: Error, CustomStringConvertible, Equatable {
    /// What is wrong, where, and what would be right.
    package let description: String

    /// An error in the words that the operator will read.
    package init(description: String) { self.description = description }
}

/// Puts settings together: defaults < file < environment < arguments. Unknown keys are refused everywhere.
package enum ConfigurationReader {
    private static let fileSizeBytesMax = 1 << 20
    /// Variables of the same family that are not settings of the server.
    package static let otherVariables = [
        "RONDO_CONFIG", "RONDO_URL", "RONDO_KEY", "RONDO_CA", "RONDO_ISA", "RONDO_BINARY", "RONDO_STRICT",
        "RONDO_COMMIT",
    ]

    /// Variables that others set, with the keys that they mean. Those with `RONDO_` go before them.
    private static let foreignVariables = [
        "SAGEMAKER_BIND_TO_PORT": "port", "SAGEMAKER_BATCH": "sagemaker_batch",
        "DEEPAR_INFERENCE_CONFIG": "deepar_inference_config",
    ]

    /// - Parameters:
    ///   - file: path of a JSON object with keys as in the table; nil for none.
    ///   - environment: all variables of the process; those with `RONDO_` are read, and those of SageMaker.
    ///   - arguments: `--key value`, `--key=value`, or `--flag` alone.
    /// - Throws: `ConfigurationError` naming the place and the key.
    package static func settings(file: String?, environment: [String: String], arguments: [String])
        throws(ConfigurationError) -> ServerSettings
    {
        var settings = ServerSettings()
        if let file { try read(file: file, into: &settings) }
        try read(environment: environment, into: &settings)
        try read(arguments: arguments, into: &settings)
        return settings
    }

    private static func read(file: String, into settings: inout ServerSettings) throws(ConfigurationError) {
        let json: JSONValue
        do {
            json = try JSONParser.parse(
                AtomicFile.read(path: file, sizeBytesMax: fileSizeBytesMax, followingLinks: true))
        } catch {
            throw ConfigurationError(description: "\(file): \(error)")
        }
        guard let object = json.object else {
            throw ConfigurationError(description: "\(file): must hold a JSON object")
        }
        for (name, value) in object.members {
            guard let key = ConfigurationTable.keys.first(where: { $0.name == name }) else {
                throw unknown(name, among: ConfigurationTable.keys.map(\.name), in: file)
            }
            try apply(key, value, "\(file): \(name)", &settings)
        }
    }

    private static func read(environment: [String: String], into settings: inout ServerSettings)
        throws(ConfigurationError)
    {
        for (name, keyName) in foreignVariables {
            guard let text = environment[name], let key = ConfigurationTable.keys.first(where: { $0.name == keyName })
            else { continue }
            try apply(key, key.value(of: text), name, &settings)
        }
        for (name, text) in environment.sorted(by: { $0.key < $1.key })
        where name.hasPrefix("RONDO_") && !otherVariables.contains(name) && !KubernetesVariables.contains(name, text) {
            guard let key = ConfigurationTable.keys.first(where: { $0.environmentName == name }) else {
                throw unknown(name, among: ConfigurationTable.keys.map(\.environmentName), in: "environment")
            }
            try apply(key, key.value(of: text), name, &settings)
        }
    }

    private static func read(arguments: [String], into settings: inout ServerSettings) throws(ConfigurationError) {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let name = parts.first ?? argument
            guard let key = ConfigurationTable.keys.first(where: { $0.argumentName == name }) else {
                throw unknown(name, among: ConfigurationTable.keys.map(\.argumentName), in: "arguments")
            }
            let text: String
            if parts.count == 2 {
                text = parts[1]
            } else if case .flag = key.place, rest.first.map({ $0.hasPrefix("--") }) ?? true {
                text = "true"
            } else if let next = rest.popFirst() {
                text = next
            } else {
                throw ConfigurationError(description: "\(name) needs a value")
            }
            try apply(key, key.value(of: text), name, &settings)
        }
    }

    private static func apply(
        _ key: ConfigurationKey, _ value: JSONValue, _ place: String, _ settings: inout ServerSettings
    ) throws(ConfigurationError) {
        if let fault = key.set(value, in: &settings) {
            throw ConfigurationError(description: "\(place) \(fault), not \(value.text)")
        }
    }

    private static func unknown(_ name: String, among known: [String], in place: String) -> ConfigurationError {
        let hint = Spelling.closest(to: name, among: known).map { "; did you mean \($0)?" } ?? ""
        return ConfigurationError(description: "\(place): unknown key \(name)\(hint)")
    }
}
