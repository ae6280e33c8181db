import Glibc

/// Where the release binary under test is: RONDO_BINARY, beside the test bundle, or in `.build/release`.
enum RondoBinary {
    static let path: String = {
        if let given = getenv("RONDO_BINARY") { return String(cString: given) }
        let bundle = CommandLine.arguments.first ?? ""
        let folder = bundle.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        let candidates = [folder + "/rondo", ".build/release/rondo"]
        return candidates.first { access($0, X_OK) == 0 } ?? ".build/release/rondo"
    }()
}

struct TestFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
