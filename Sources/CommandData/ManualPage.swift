package import JSON

/// The manual of a program in the format of man(7), from what its argument parser says about itself.
package struct ManualPage {
    private let tree: JSONValue
    private let version: String
    private let files: [(name: String, text: String)]

    /// - Parameters:
    ///   - help: the command with its subcommands, as the argument parser dumps them.
    ///   - files: what stands under FILES.
    package init(help: JSONValue, version: String, files: [(name: String, text: String)]) {
        tree = help["command"] ?? help
        self.version = version
        self.files = files
    }

    /// The page.
    package var text: String {
        let name = tree["commandName"]?.asString ?? ""
        var page = ".TH \(name.uppercased()) 1 \"\" \"\(Self.escaped(name)) \(Self.escaped(version))\"\n"
        page += ".SH NAME\n\(Self.escaped(name)) \\- \(Self.escaped(abstract(tree)))\n"
        page += ".SH SYNOPSIS\n.B \(Self.escaped(name))\n.I command\n.RI [ options ]\n"
        page += ".SH COMMANDS\n"
        for command in subcommands(tree) { append(command, path: name, to: &page) }
        if !files.isEmpty {
            page += ".SH FILES\n"
            for file in files { page += ".TP\n.I \(Self.escaped(file.name))\n\(Self.escaped(file.text))\n" }
        }
        return page
    }

    private func append(_ command: JSONValue, path: String, to page: inout String) {
        let full = path + " " + (command["commandName"]?.asString ?? "")
        let inner = subcommands(command)
        let arguments = shownArguments(command)
        let positional = arguments.filter { $0["kind"]?.asString == "positional" }
        page += ".SS \(Self.escaped(full))\(positional.map { " " + Self.escaped(Self.usage($0)) }.joined())\n"
        page += Self.escaped(abstract(command)) + "\n"
        if let discussion = command["discussion"]?.asString {
            page += ".PP\n"
            page += discussion.split(separator: "\n", omittingEmptySubsequences: false).map { line in
                line.isEmpty ? ".PP\n" : Self.escaped(String(line)) + "\n"
            }.joined()
        }
        if let usual = command["defaultSubcommand"]?.asString {
            page += ".PP\nWithout a further word: \(Self.escaped(usual)).\n"
        }
        for argument in arguments {
            page += ".TP\n.B \(Self.escaped(Self.usage(argument)))\n"
            page += Self.escaped(argument["abstract"]?.asString ?? "") + "\n"
        }
        for child in inner { append(child, path: full, to: &page) }
    }

    private func abstract(_ command: JSONValue) -> String { command["abstract"]?.asString ?? "" }

    private func subcommands(_ command: JSONValue) -> [JSONValue] {
        (command["subcommands"]?.elements ?? []).filter {
            $0["shouldDisplay"]?.asBool != false && $0["commandName"]?.asString != "help"
        }
    }

    private func shownArguments(_ command: JSONValue) -> [JSONValue] {
        (command["arguments"]?.elements ?? []).filter { argument in
            let name = argument["preferredName"]?["name"]?.asString
            return argument["shouldDisplay"]?.asBool != false && name != "help" && name != "version"
        }
    }

    /// `--model <model>`, `<file>`.
    private static func usage(_ argument: JSONValue) -> String {
        let value = argument["valueName"]?.asString ?? "value"
        guard argument["kind"]?.asString != "positional", let name = argument["preferredName"]?["name"]?.asString else {
            let more = argument["isRepeating"]?.asBool == true ? " ..." : ""
            return argument["isOptional"]?.asBool == true ? "[<\(value)>\(more)]" : "<\(value)>\(more)"
        }
        let dashes = argument["preferredName"]?["kind"]?.asString == "short" ? "-" : "--"
        return argument["kind"]?.asString == "flag" ? dashes + name : dashes + name + " <\(value)>"
    }

    /// groff(7) takes at least four digits.
    private static func hexadecimal(_ value: UInt32) -> String {
        let digits = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    /// Backslashes, hyphens and what is not ASCII are escaped, and a line of text never begins a request.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if !result.isEmpty { result += "\n" }
            if line.first == "." || line.first == "'" { result += "\\&" }
            for character in line {
                switch character {
                case "\\": result += "\\e"
                case "-": result += "\\-"
                case _ where character.isASCII: result.append(character)
                default:
                    for scalar in character.unicodeScalars {
                        result += "\\[u\(Self.hexadecimal(scalar.value))]"
                    }
                }
            }
        }
        return result
    }
}
