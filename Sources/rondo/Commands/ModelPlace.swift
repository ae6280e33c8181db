import JSON

/// A model, or one of its versions, as commands name it: `airline`, `airline@3`, `airline@stable`.
struct ModelPlace {
    let name: String
    /// Behind the @: a number or a label.
    let selector: String?

    init(_ text: String) throws(ClientError) {
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let first = parts.first, !first.isEmpty, parts.last?.isEmpty == false else {
            throw ClientError(description: "\"\(text)\": expected NAME, NAME@VERSION or NAME@LABEL")
        }
        name = first
        selector = parts.count == 2 ? parts[1] : nil
    }

    var path: String { HTTPClient.path(["models", name]) }

    func path(of version: Int, _ more: String...) -> String {
        HTTPClient.path(["models", name, "versions", "\(version)"] + more)
    }

    /// The number of the version that is meant: without a selector the stable one, or the newest.
    ///
    /// - Parameter model: as `GET /models/{name}` answers.
    func version(in model: JSONValue) throws(ClientError) -> Int {
        let numbers = (model["versions"]?.elements ?? []).compactMap { $0["version"]?.asInt }
        let labels = model["labels"]?.object?.members ?? []
        let label = labels.first { $0.key == selector ?? "stable" }?.value.asInt
        if let found = label ?? (selector == nil ? numbers.last : selector.flatMap { Int($0) }) {
            if numbers.contains(found) { return found }
        }
        let known = numbers.map(String.init) + labels.map(\.key)
        throw ClientError(
            description: "\(name) has no version \(selector ?? "") (there are: \(known.joined(separator: ", ")))")
    }
}
