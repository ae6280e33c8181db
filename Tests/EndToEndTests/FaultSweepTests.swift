import Foundation
import TestSupport
import Testing

/// A short run of `Tests/Faults/sweep.py`: killed, or with files that fail, the server loses nothing that it answered.
@Suite(.serialized) struct FaultSweepTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    /// A sanitizer preloads a library of its own.
    private static let isPossible =
        Shell.run("python3 -c '' && { command -v clang || command -v cc; } && test -z \"$LD_PRELOAD\"").code == 0

    @Test(
        .enabled(if: isPossible, "python3 or a C compiler is not installed: no faults are made"),
        arguments: ["--lives 10 --calls 150", "--lives 10 --errno all --calls 40 --steps 6"])
    func nothingIsLost(options: String) throws {
        let directory = try TemporaryDirectory()
        let binary = URL(fileURLWithPath: RondoBinary.path).path
        let result = Shell.run(
            """
            cd '\(Self.root)' && PYTHONDONTWRITEBYTECODE=1 python3 Tests/Faults/sweep.py \(options) \
            --binary '\(binary)' --directory '\(directory.path)' 2>&1
            """)
        #expect(result.code == 0, "\(result.output.suffix(5000))")
        #expect(result.output.contains("\"lives\": 10"), "\(result.output.suffix(1000))")
    }
}
