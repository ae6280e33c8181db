import Foundation
import TestSupport
import Testing

/// The Python package of `Clients/python`, by its own tests, against the binary under test.
@Suite(.serialized) struct PythonClientTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    /// Without it the tests say that they are skipped.
    private static let hasPython =
        Shell.run("python3 -c 'import sys; sys.exit(sys.version_info < (3, 9))'").code == 0

    @Test(.enabled(if: hasPython, "python3 (3.9 or later) is not installed: the Python package is not tested"))
    func itsOwnTestsPass() {
        let binary = URL(fileURLWithPath: RondoBinary.path).path
        let result = Shell.run(
            """
            cd '\(Self.root)' && PYTHONDONTWRITEBYTECODE=1 RONDO_BINARY='\(binary)' \
            python3 -W error::SyntaxWarning -m unittest discover -s Clients/python/tests -t Clients/python
            """)
        #expect(result.code == 0, "\(result.output.suffix(10_000))")
        let count = result.output.firstMatch(of: /Ran (\d+) tests/).flatMap { Int($0.1) }
        #expect(count.map { $0 > 30 } == true, "\(result.output.suffix(1000))")
    }

    /// The packages are one version.
    @Test func versionsAgree() throws {
        func version(_ file: String, _ pattern: Regex<(Substring, Substring)>) -> String? {
            String(decoding: TemporaryDirectory.get(Self.root + "/Clients/python/" + file), as: UTF8.self)
                .firstMatch(of: pattern).map { String($0.1) }
        }
        let project = try #require(version("pyproject.toml", /version = "([^"]+)"/))
        #expect(version("rondo/__init__.py", /__version__ = "([^"]+)"/) == project)
        #expect(Shell.run("'\(RondoBinary.path)' version").output.hasPrefix("rondo \(project)\n"))
    }
}
