package import HTTPServer
import HTTPTypes
import JSON

/// Which query parameters a route takes: those of its row. Any other, and one that is given twice, is a 400, since a
/// misspelt one would be ignored: `POST /train?validateonly=true` would train.
package struct QueryRule: Sendable {
    /// `POST /train`, as messages name the route.
    package let route: String
    /// The parameters that it takes.
    package let names: [String]
    /// Members of its request that it takes as well, with points in their names.
    package let settings: [String]

    /// - Parameter parameters: of the row.
    init<Owner>(_ route: Route<Owner>) {
        self.route = "\(route.method.rawValue) \(route.path)"
        names = route.parameters.filter { $0.place == .query }.map(\.name)
        settings = route.settings
    }

    /// Checks names and how often they come; values are for whoever reads them.
    ///
    /// - Throws: `RequestError.badRequest` that names the parameter, and what was likely meant.
    package func check(_ request: Request) throws(RequestError) {
        for (index, item) in request.query.enumerated() {
            guard names.contains(item.name) || settings.contains(item.name) else {
                throw .badRequest(unknown(item.name))
            }
            guard !request.query[..<index].contains(where: { $0.name == item.name }) else {
                throw .badRequest("query parameter \"\(item.name)\" is given more than once")
            }
        }
    }

    private func unknown(_ name: String) -> String {
        let hint = likely(name).map { ", did you mean \"\($0)\"?" } ?? ""
        let own = names.isEmpty ? "none" : names.map { "\"\($0)\"" }.joined(separator: ", ")
        let known = settings.isEmpty ? own : own + ", and settings by their names, such as \"\(settings[0])\""
        let note = UnusualCharacters.note(name)
        return "unknown query parameter \"\(name.prefix(64))\"\(hint)\(note); \(route) takes \(known)"
    }

    /// Case, hyphens and underscores are what clients change; else one or two letters.
    private func likely(_ name: String) -> String? {
        let all = names + settings
        return all.first { Self.letters($0) == Self.letters(name) } ?? all.first { $0.hasSuffix("." + name) }
            ?? Spelling.closest(to: name, among: all)
    }

    private static func letters(_ name: String) -> String {
        UnusualCharacters.folded(name).lowercased().filter { $0 != "_" && $0 != "-" && $0 != " " }
    }
}
