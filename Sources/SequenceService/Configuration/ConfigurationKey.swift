package import JSON

/// One setting: how it is called, what it may be, and where it goes.
package struct ConfigurationKey: Sendable {
    /// Where the value goes, and with that its type and range.
    package enum Place: Sendable {
        case text(any WritableKeyPath<ServerSettings, String> & Sendable)
        /// A text of the form that the other text names.
        case form(any WritableKeyPath<ServerSettings, String> & Sendable, String, @Sendable (String) -> Bool)
        case flag(any WritableKeyPath<ServerSettings, Bool> & Sendable)
        case integer(any WritableKeyPath<ServerSettings, Int> & Sendable, ClosedRange<Int>)
        case number(any WritableKeyPath<ServerSettings, Double> & Sendable, ClosedRange<Double>)
        case word(any WritableKeyPath<ServerSettings, String> & Sendable, [String])
        /// A list of texts, each of the form that the text names; written with commas where there is no JSON.
        case list(any WritableKeyPath<ServerSettings, [String]> & Sendable, String, @Sendable (String) -> Bool)
    }

    /// As in the file: `queue_length_max`.
    package let name: String
    /// Bytes, seconds, jobs…; empty for texts and flags.
    package let unit: String
    /// Where the value goes, and with that its type and range.
    package let place: Place
    /// What it does, for `rondo serve --help` and the documentation.
    package let help: String
    /// What the default follows from, where it differs from machine to machine; nil where it is a constant.
    package let machineDefault: String?
    /// Shown by `GET /version?limits=true`.
    package let isLimit: Bool
    /// Taken in by SIGHUP; the others by a new start.
    package let isReloadable: Bool

    init(
        _ name: String, _ unit: String, _ place: Place, isLimit: Bool = false, isReloadable: Bool = false,
        machineDefault: String? = nil, _ help: String
    ) {
        self.name = name
        self.unit = unit
        self.place = place
        self.isLimit = isLimit
        self.isReloadable = isReloadable
        self.machineDefault = machineDefault
        self.help = help
    }

    /// `RONDO_QUEUE_LENGTH_MAX`.
    package var environmentName: String { "RONDO_" + name.uppercased() }
    /// `--queue-length-max`.
    package var argumentName: String { "--" + name.split(separator: "_").joined(separator: "-") }

    /// The type of its values, for the documentation.
    package var typeName: String {
        switch place {
        case .text, .form, .word: "text"
        case .flag: "true or false"
        case .list: "list of texts"
        case .integer: "integer"
        case .number: "number"
        }
    }

    /// What values are allowed; empty when all are.
    package var rangeText: String {
        switch place {
        case .text, .flag: ""
        case .integer(_, let range): "\(range.lowerBound) to \(range.upperBound)"
        case .number(_, let range): "\(range.lowerBound) to \(range.upperBound)"
        case .word(_, let words): words.joined(separator: ", ")
        case .form(_, let form, _), .list(_, let form, _): form
        }
    }

    /// The value in some settings.
    package func value(in settings: ServerSettings) -> JSONValue {
        switch place {
        case .text(let path), .form(let path, _, _), .word(let path, _): .string(settings[keyPath: path])
        case .flag(let path): .bool(settings[keyPath: path])
        case .integer(let path, _): .integer(settings[keyPath: path])
        case .number(let path, _): .number(settings[keyPath: path])
        case .list(let path, _, _): JSONValue(settings[keyPath: path])
        }
    }

    /// Sets the value. Returns what is wrong with it, nil when it is fine.
    func set(_ value: JSONValue, in settings: inout ServerSettings) -> String? {
        switch place {
        case .text(let path):
            guard let text = value.asString, !text.isEmpty else { return "must be a text that is not empty" }
            settings[keyPath: path] = text
        case .form(let path, let form, let isValid):
            guard let text = value.asString, isValid(text) else { return "must be \(form)" }
            settings[keyPath: path] = text
        case .word(let path, let words):
            guard let text = value.asString, words.contains(text) else { return "must be one of \(rangeText)" }
            settings[keyPath: path] = text
        case .list(let path, let form, let isValid):
            guard let texts = value.asStrings, texts.allSatisfy(isValid) else { return "must be a list of \(form)" }
            settings[keyPath: path] = texts
        case .flag(let path):
            guard let flag = value.asBool else { return "must be true or false" }
            settings[keyPath: path] = flag
        case .integer(let path, let range):
            guard let number = value.asInt, range.contains(number) else { return "must be an integer, \(rangeText)" }
            settings[keyPath: path] = number
        case .number(let path, let range):
            guard let number = value.asDouble, range.contains(number) else { return "must be a number, \(rangeText)" }
            settings[keyPath: path] = number
        }
        return nil
    }

    /// A value as written in the environment or an argument.
    func value(of text: String) -> JSONValue {
        switch place {
        case .text, .form, .word: .string(text)
        case .list: JSONValue(text.split(separator: ",").map { $0.filter { $0 != " " } })
        case .flag:
            ["true", "1", "yes"].contains(text.lowercased())
                ? true : ["false", "0", "no"].contains(text.lowercased()) ? false : .string(text)
        case .integer: Int(text).map(JSONValue.integer) ?? .string(text)
        case .number: if let number = Double(text), number.isFinite { .number(number) } else { .string(text) }
        }
    }
}
