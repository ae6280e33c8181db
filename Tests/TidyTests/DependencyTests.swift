import Testing

/// Package.swift against the imports.
@Suite struct DependencyTests {
    /// A target as the manifest declares it.
    private struct Target {
        var name: String
        var path: String
        var dependencies: Set<String> = []
    }

    private struct Manifest {
        var targets: [Target] = []
        /// Products of other packages: module → package.
        var products: [String: String] = [:]
        /// Packages by the last part of their URL.
        var packages: Set<String> = []

        /// Reads the manifest's own style: literal names, and products behind `let name: Target.Dependency`.
        init(_ text: String) {
            var aliases: [String: String] = [:]
            for part in text.components(after: ".product(name: \"") {
                let words = part.split(separator: "\"", maxSplits: 3)
                products[String(words[0])] = String(words[2])
            }
            for part in text.components(after: "let ") where part.contains(": Target.Dependency") {
                let name = part.prefix { $0 != ":" }
                if let product = part.components(after: ".product(name: \"").first {
                    aliases[String(name)] = String(product.prefix { $0 != "\"" })
                }
            }
            for part in text.components(after: ".package(url: \"") {
                packages.insert(String(part.prefix { $0 != "\"" }.split(separator: "/").last ?? ""))
            }
            for kind in [".target(", ".executableTarget(", ".testTarget(", ".systemLibrary("] {
                for part in text.components(after: kind) {
                    let body = part[..<Self.end(of: part)]
                    guard let name = Self.argument("name", body) else { continue }
                    let folder = kind == ".testTarget(" ? "Tests/" : "Sources/"
                    var target = Target(name: name, path: Self.argument("path", body) ?? folder + name)
                    target.dependencies = Self.dependencies(body, aliases)
                    targets.append(target)
                }
            }
        }

        /// The closing parenthesis of a call.
        private static func end(of call: Substring) -> Substring.Index {
            var depth = 1
            return call.indices.first { index in
                depth += call[index] == "(" ? 1 : call[index] == ")" ? -1 : 0
                return depth == 0
            } ?? call.endIndex
        }

        private static func argument(_ name: String, _ body: Substring) -> String? {
            body.components(after: "\(name): \"").first.map { String($0.prefix { $0 != "\"" }) }
        }

        private static func dependencies(_ body: Substring, _ aliases: [String: String]) -> Set<String> {
            guard let list = body.components(after: "dependencies: [").first?.prefix(while: { $0 != "]" }) else {
                return []
            }
            var found = Set(list.components(after: ".product(name: \"").map { String($0.prefix { $0 != "\"" }) })
            for item in list.split(separator: ",") {
                let word = item.drop { " \n".contains($0) }
                if word.hasPrefix("\"") { found.insert(String(word.dropFirst().prefix { $0 != "\"" })) }
                if let product = aliases[String(word.prefix { $0.isLetter })] { found.insert(product) }
            }
            return found
        }
    }

    /// The modules that a Swift file imports.
    private static func imports(_ file: SourceFile) -> [String] {
        file.lines.compactMap { line in
            let words = SourceLine(line).code.split(separator: " ")
            guard let index = words.firstIndex(of: "import"), index <= 2, words.count > index + 1,
                words[..<index].allSatisfy({ $0.hasPrefix("@") || $0 == "package" || $0 == "public" || $0 == "private" }
                )
            else { return nil }
            return words.last?.split(separator: ".").first.map(String.init)
        }
    }

    private static func faults(_ target: Target, imports: Set<String>, known: Set<String>) -> [String] {
        let unused = target.dependencies.subtracting(imports).sorted()
        let undeclared = imports.intersection(known).subtracting(target.dependencies).subtracting([target.name])
            .sorted()
        return unused.map { "\(target.name) depends on \($0) and never imports it" }
            + undeclared.map { "\(target.name) imports \($0) and does not declare it" }
    }

    @Test func targetsDeclareWhatTheyImport() throws {
        let manifest = Manifest(try SourceFile.read("Package.swift").lines.joined(separator: "\n"))
        #expect(manifest.targets.count > 30 && manifest.products.count >= 3)
        let known = Set(manifest.targets.map(\.name)).union(manifest.products.keys)
        for target in manifest.targets {
            let files = try SourceFile.all.get().filter { $0.isSwift && $0.path.hasPrefix(target.path + "/") }
            // Targets in C have no imports; the compiler knows what they include.
            guard !files.isEmpty else { continue }
            for fault in Self.faults(target, imports: Set(files.flatMap(Self.imports)), known: known) {
                Issue.record("\(fault)")
            }
        }
    }

    /// Services take and give values. `Configuration` sets up the HTTP server, `Faces` speak with clients.
    @Test func onlyFacesKnowHTTP() throws {
        let service = "Sources/SequenceService/", speakers = ["Faces/", "Configuration/"].map { service + $0 }
        let files = try SourceFile.all.get().filter { $0.isSwift && $0.path.hasPrefix(service) }
        let faces = files.filter { $0.path.hasPrefix(speakers[0]) }
        #expect(faces.count > 20 && faces.contains { Self.imports($0).contains("HTTPServer") })
        for file in files where !speakers.contains(where: file.path.hasPrefix) {
            for module in Self.imports(file) where ["HTTP1", "HTTPServer", "HTTPTypes"].contains(module) {
                Issue.record("\(file.path) imports \(module)")
            }
        }
    }

    @Test func packagesAreUsed() throws {
        let manifest = Manifest(try SourceFile.read("Package.swift").lines.joined(separator: "\n"))
        #expect(!manifest.packages.isEmpty && manifest.packages == Set(manifest.products.values))
        let used = manifest.targets.reduce(into: Set<String>()) { $0.formUnion($1.dependencies) }
        #expect(used.isSuperset(of: manifest.products.keys))
    }

    // MARK: The check itself

    @Test func aDependencyThatIsNotImportedIsSeen() throws {
        let manifest = Manifest(
            """
            let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
            .package(url: "https://example.org/swift-log", from: "1.0.0"),
            .target(name: "Maths", swiftSettings: strict),
            .executableTarget(
                name: "tool", dependencies: ["Maths", logging,
                    .product(name: "Parser", package: "parser"),
                ], path: "Tools/Tool"),
            """)
        #expect(manifest.targets.map(\.name) == ["Maths", "tool"] && manifest.packages == ["swift-log"])
        #expect(manifest.products == ["Logging": "swift-log", "Parser": "parser"])
        let tool = try #require(manifest.targets.last)
        #expect(tool.path == "Tools/Tool" && tool.dependencies == ["Maths", "Logging", "Parser"])
        let file = SourceFile(
            path: "Tools/Tool/Main.swift",
            text: "package import Maths\n@testable import Parser\nimport struct Other.Thing\nimport Foundation\n")
        #expect(Self.imports(file) == ["Maths", "Parser", "Other", "Foundation"])
        #expect(
            Self.faults(tool, imports: Set(Self.imports(file)), known: ["Maths", "Parser", "Other"]) == [
                "tool depends on Logging and never imports it", "tool imports Other and does not declare it",
            ])
    }
}

extension StringProtocol where SubSequence == Substring {
    /// What follows each occurrence of `mark`, up to the end.
    fileprivate func components(after mark: String) -> [Substring] {
        ranges(of: mark).map { self[$0.upperBound...] }
    }
}
