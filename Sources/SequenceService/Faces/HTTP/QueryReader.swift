package import HTTPServer
import JSON

/// Reads query parameters; what does not read is a 400 that names the parameter.
package struct QueryReader {
    private let request: Request

    /// Nothing is read yet.
    package init(_ request: Request) { self.request = request }

    /// The text as it came; nil if it is absent.
    package func string(_ name: String) -> String? { request.queryValue(name) }

    /// A whole number; nil if it is absent.
    ///
    /// - Throws: `RequestError.badRequest`, also beyond the range.
    package func integer(_ name: String, in range: ClosedRange<Int>) throws(RequestError) -> Int? {
        guard let text = request.queryValue(name) else { return nil }
        guard let value = DecimalText.value(text).flatMap({ Int(exactly: $0) }), range.contains(value) else {
            throw Self.refusal(
                name, "must be a whole number between \(range.lowerBound) and \(range.upperBound)", text)
        }
        return value
    }

    /// `true` or `false`, as the document says it.
    ///
    /// - Throws: `RequestError.badRequest`.
    package func bool(_ name: String) throws(RequestError) -> Bool? {
        guard let text = request.queryValue(name) else { return nil }
        switch text {
        case "true": return true
        case "false": return false
        default: throw Self.refusal(name, "must be true or false", text)
        }
    }

    /// One of the words; nil if it is absent.
    ///
    /// - Throws: `RequestError.badRequest`.
    package func choice<Choice: RawRepresentable<String> & CaseIterable>(_ name: String, as: Choice.Type)
        throws(RequestError)
        -> Choice?
    {
        guard let text = request.queryValue(name) else { return nil }
        guard let value = Choice(rawValue: text) else {
            let words = Choice.allCases.map(\.rawValue)
            let hint = Spelling.closest(to: text, among: words).map { ", did you mean \"\($0)\"?" } ?? ""
            throw Self.refusal(name, "must be one of \(words.joined(separator: ", "))", text, hint)
        }
        return value
    }

    private static func refusal(_ name: String, _ rule: String, _ found: String, _ hint: String = "") -> RequestError {
        let note = UnusualCharacters.note(found)
        return .badRequest("query parameter \"\(name)\" \(rule), found \"\(found.prefix(64))\"\(hint)\(note)")
    }
}
