/// What a request calls the members of a series that a model calls by other names.
package struct SeriesMembers: Sendable {
    private let names: [String: String]

    /// The names of one protocol.
    ///
    /// - Parameter names: the model's → the request's: `target` has the values, `start` the time of the first one.
    package init(_ names: [String: String]) { self.names = names }

    /// A place of the request, below its series.
    ///
    /// - Parameter place: as the model says it: nothing or `/17` of the values, `/target/17`, `/start`, `/future`.
    package func place(_ place: String) -> String {
        let tokens = place.split(separator: "/", maxSplits: 1).map(String.init)
        let values = "/" + (names["target"] ?? "target")
        guard let first = tokens.first, !first.utf8.allSatisfy({ $0 &- 0x30 < 10 }) else { return values + place }
        return "/" + (names[first] ?? first) + (tokens.count > 1 ? "/" + tokens[1] : "")
    }
}
