import Foundation

/// A file of this repository, by lines.
struct SourceFile: Sendable {
    /// Below the repository's root.
    let path: String
    let lines: [String]

    /// Everything that is built, tested or run.
    private static let folders = ["Sources", "Tests", "Benchmarks", "Examples", "Clients"]
    private static let endings = [".swift", ".c", ".h", ".sh", ".py"]

    /// The repository's root, from where this file was compiled.
    static let root: String = {
        var url = URL(fileURLWithPath: #filePath)
        for _ in 0..<3 { url.deleteLastPathComponent() }
        return url.path
    }()

    /// Every file in the languages of the project, in the order of the paths; read once.
    static let all = Result {
        try folders.flatMap { try files(below: $0) { name in endings.contains { name.hasSuffix($0) } } }
            + [read("Package.swift")]
    }

    /// Those of `all` that the checks look at.
    static func checked(_ ending: String = "") throws -> [SourceFile] {
        try all.get().filter { file in
            file.path.hasSuffix(ending)
        }
    }

    /// Files below a folder whose names `isMeant` takes, in the order of their paths.
    static func files(below folder: String, _ isMeant: (String) -> Bool) throws -> [SourceFile] {
        guard let names = FileManager.default.enumerator(atPath: root + "/" + folder) else {
            throw CocoaError(.fileNoSuchFile)
        }
        var found: [SourceFile] = []
        for case let name as String in names where isMeant(name) { found.append(try read(folder + "/" + name)) }
        return found.sorted { $0.path < $1.path }
    }

    static func read(_ path: String) throws -> SourceFile {
        SourceFile(path: path, text: try String(contentsOfFile: root + "/" + path, encoding: .utf8))
    }

    init(path: String, text: String) {
        self.path = path
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last?.isEmpty == true { lines.removeLast() }
        self.lines = lines
    }

    var isSwift: Bool { path.hasSuffix(".swift") }
    /// The last part of the path.
    var name: String { String(path.split(separator: "/").last ?? "") }

    /// Where a fault is, as compilers write it; `line` counts from 0.
    func place(_ line: Int) -> String { "\(path):\(line + 1)" }
}
