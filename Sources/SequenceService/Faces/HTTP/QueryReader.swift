package import HTTPServer

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
            throw .badRequest(
                "query parameter \"\(name)\" must be a whole number between \(range.lowerBound) and \(range.upperBound)"
            )
        }
        return value
    }

    /// `true`, `false`, or the name alone.
    ///
    /// - Throws: `RequestError.badRequest`.
    package func bool(_ name: String) throws(RequestError) -> Bool? {
        switch request.queryValue(name) {
        case nil: nil
        case "true", "1", "": true
        case "false", "0": false
        default: throw .badRequest("query parameter \"\(name)\" must be true or false")
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
            throw .badRequest(
                "query parameter \"\(name)\" must be one of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return value
    }
}
