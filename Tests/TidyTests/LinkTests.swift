import Foundation
import Testing

/// What the documents point at exists: links, paths, source files and test suites.
@Suite struct LinkTests {
    private static let root = URL(filePath: SourceFile.root)

    /// README.md, CHANGELOG.md, that of the Python package and all pages of docs/, by their paths.
    private static let pages: [String] = {
        let docs = (try? FileManager.default.contentsOfDirectory(atPath: root.appending(path: "docs").path)) ?? []
        return ["README.md", "CHANGELOG.md", "Clients/python/README.md"]
            + docs.filter { $0.hasSuffix(".md") }.sorted().map { "docs/" + $0 }
    }()

    /// The names of all files and folders below the source folders.
    private static let names: Set<String> = {
        var names = Set<String>()
        for folder in ["Sources", "Tests", "Benchmarks", "Examples", "Clients", "config"] {
            let files = FileManager.default.enumerator(atPath: root.appending(path: folder).path)
            while let path = files?.nextObject() as? String { names.insert((path as NSString).lastPathComponent) }
        }
        return names
    }()

    private static func text(_ page: String) throws -> String {
        try String(contentsOf: root.appending(path: page), encoding: .utf8)
    }

    private static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root.appending(path: path).standardizedFileURL.path)
    }

    @Test func thereArePages() {
        #expect(Self.pages.count >= 6, "\(Self.pages)")
        #expect(Self.names.contains("LinkTests.swift"))
    }

    /// `[text](path#heading)`: the file is there, and has the heading.
    @Test(arguments: pages) func linksLead(page: String) throws {
        for match in try Self.text(page).matches(of: /\]\(([^)\s#]*)(?:#([^)\s]*))?\)/) {
            let (link, anchor) = (String(match.1), match.2.map { String($0) })
            guard !link.contains("://") else { continue }
            let folder = (page as NSString).deletingLastPathComponent
            let target = link.isEmpty ? page : (folder as NSString).appendingPathComponent(link)
            guard Self.exists(target) else {
                Issue.record("\(page) links to \(link), which does not exist")
                continue
            }
            guard let anchor else { continue }
            #expect(try Self.anchors(target).contains(anchor), "\(page): \(target) has no heading #\(anchor)")
        }
    }

    /// Names in backticks: `Sources/…` is a path, `Name.swift` a file somewhere, `NameTests` a suite or a target.
    @Test(arguments: pages) func namedFilesExist(page: String) throws {
        for match in try Self.text(page).matches(of: /`([^`\n]+)`/) {
            let words = match.1.split(separator: " ")
            guard let word = words.first.map({ String($0) }) else { continue }
            if word.wholeMatch(of: /(Sources|Tests|Benchmarks|Examples|Clients|config|docs|\.ci)\/[\w+.\/-]+/) != nil {
                #expect(Self.exists(word), "\(page) names \(word)")
            } else if word.wholeMatch(of: /[A-Za-z]\w*(\+\w+)?\.(swift|h|c|py|sh)/) != nil {
                #expect(Self.names.contains(word), "\(page) names \(word)")
            } else if word.wholeMatch(of: /[A-Z]\w*Tests/) != nil {
                #expect(
                    Self.names.contains(word) || Self.names.contains(word + ".swift"), "\(page) names \(word)")
            }
        }
    }

    /// The anchors of a page's headings: lower case, without punctuation, hyphens for spaces.
    private static func anchors(_ page: String) throws -> Set<String> {
        let headings = try text(page).split(separator: "\n").filter { $0.hasPrefix("#") }
        return Set(
            headings.map { heading in
                let title = heading.drop { $0 == "#" || $0 == " " }.lowercased()
                return String(title.filter { $0.isLetter || $0.isNumber || $0 == " " || $0 == "-" || $0 == "_" })
                    .split(separator: " ", omittingEmptySubsequences: false).joined(separator: "-")
            })
    }
}
