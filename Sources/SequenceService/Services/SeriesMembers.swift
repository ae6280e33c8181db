/// What a request calls the members of a record of a series, where that is not what we call them.
package struct SeriesMembers: Sendable {
    private let names: [String: String]

    /// The names of one protocol.
    ///
    /// - Parameter names: ours → the request's: `["target": "series"]`.
    package init(_ names: [String: String] = [:]) { self.names = names }

    /// A place of the request, below its series.
    ///
    /// - Parameter place: as our records have it: `/target/17`, `/start`, `/future/price`.
    package func place(_ place: String) -> String {
        let end = place.dropFirst().firstIndex(of: "/") ?? place.endIndex
        guard let name = names[String(place[..<end].dropFirst())] else { return place }
        return "/" + name + place[end...]
    }
}
