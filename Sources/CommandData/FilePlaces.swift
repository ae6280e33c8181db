/// Where the sequences of a request stand in the file that they are from, for faults that the server places in the
/// request.
package struct FilePlaces: Sendable {
    /// What a sequence is called in its file.
    enum Names: Sendable {
        /// Counted from 1.
        case lines([Int])
        /// Ids of series; nil for one without.
        case series([String?])
    }

    private let path: String
    private let names: Names

    init(path: String, _ names: Names) { (self.path, self.names) = (path, names) }

    /// `a.ndjson, line 7, /target/5` of `/sequences/3/target/5`; other pointers stay.
    package func place(_ pointer: String) -> String {
        let parts = pointer.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: true)
        guard parts.first == "sequences", parts.count > 1, let index = Int(parts[1]), index >= 0 else { return pointer }
        let name: String?
        switch names {
        case .lines(let lines): name = index < lines.count ? "line \(lines[index])" : nil
        case .series(let ids): name = index < ids.count ? ids[index].map { "series \($0)" } : nil
        }
        guard let name else { return pointer }
        return "\(path), \(name)" + (parts.count > 2 ? ", /\(parts[2])" : "")
    }
}
