/// In which form the whole answers of a prediction are sent, as their client accepts them (RFC 9110, 12.5.1).
package enum AnswerFormat: String, CaseIterable, Sendable {
    case json = "application/json"
    /// The rows of a table, an object a line.
    case lines = "application/x-ndjson"
    /// The same as comma-separated values.
    case csv = "text/csv"

    /// - Parameter accept: the field; nil or empty takes JSON.
    /// - Throws: `RequestError.notAcceptable` where none of the forms is wanted.
    package init(accept: String?) throws(RequestError) {
        let ranges = (accept ?? "").lowercased().split(separator: ",").map { Self.range($0) }
        guard !ranges.isEmpty else {
            self = .json
            return
        }
        var best: (format: AnswerFormat, weight: Double)?
        for format in Self.allCases {
            let weight = format.weight(ranges)
            if weight > best?.weight ?? 0 { best = (format, weight) }
        }
        guard let best else { throw .notAcceptable(types: Self.allCases.map(\.rawValue)) }
        self = best.format
    }

    /// A media range with its weight.
    private static func range(_ text: Substring) -> (type: String, weight: Double) {
        let parts = text.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" } }
        let weight = parts.dropFirst().first { $0.hasPrefix("q=") }.map { Double($0.dropFirst(2)) ?? 0 }
        return (parts.first ?? "", weight ?? 1)
    }

    /// That of the range which says most of it; 0 where none does.
    private func weight(_ ranges: [(type: String, weight: Double)]) -> Double {
        let all = rawValue.prefix { $0 != "/" } + "/*"
        for type in [rawValue, String(all), "*/*"] {
            if let range = ranges.first(where: { $0.type == type }) { return range.weight }
        }
        return 0
    }
}
