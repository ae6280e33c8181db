/// What a request calls the parts of a series that a model calls by other names.
package struct SeriesMembers: Sendable {
    /// The member that has the values.
    package let values: String
    /// The member with the time of the first value.
    package let start: String

    /// The names of one protocol.
    package init(values: String, start: String) {
        self.values = values
        self.start = start
    }

    /// A place of the request, below its series.
    ///
    /// - Parameter place: as the model says it: nothing or `/17` of the values, `/target/17`, `/start`, `/past/x`.
    func place(_ place: String) -> String {
        let tokens = place.split(separator: "/", maxSplits: 1).map(String.init)
        guard let first = tokens.first else { return "/" + values }
        let rest = tokens.count > 1 ? "/" + tokens[1] : ""
        switch first {
        case "target": return "/" + values + rest
        case "start": return "/" + start + rest
        default: return first.utf8.allSatisfy { $0 &- 0x30 < 10 } ? "/" + values + place : place
        }
    }
}
