import Foundation
import TestSupport
import Testing

/// Short runs of the scripts of `Tests/Faults`: killed, with files that fail or are changed, or on a full disk, the
/// server loses nothing that it answered, and answers nothing else without a word.
@Suite(.serialized) struct FaultSweepTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    /// A sanitizer preloads a library of its own.
    private static let isPossible =
        Shell.run("python3 -c '' && { command -v clang || command -v cc; } && test -z \"$LD_PRELOAD\"").code == 0
    private static let mayMount = Shell.run("unshare --mount mount -t tmpfs tmpfs /mnt").code == 0

    @Test(
        .enabled(if: isPossible, "python3 or a C compiler is not installed: no faults are made"),
        arguments: [
            "sweep.py --lives 10 --calls 150", "sweep.py --lives 10 --errno all --calls 40 --steps 6",
            "callsites.py --sample 6",
            "callsites.py --match 'read (rondo.sqlite|models/.json) EIO|(fdatasync|create) .backup' --sample 6",
            "flips.py --each 1",
        ])
    func nothingIsLost(run: String) throws { try expectNoFault(in: "python3 Tests/Faults/\(run) --binary") }

    @Test(.enabled(if: isPossible && mayMount, "no disk can be mounted here"))
    func aDiskFullOfSessionsIsFreed() throws { try expectNoFault(in: "Tests/Faults/disk.sh", "40 --only sessions") }

    private func expectNoFault(in script: String, _ options: String? = nil) throws {
        let directory = try TemporaryDirectory()
        let binary = URL(fileURLWithPath: RondoBinary.path).path
        let result = Shell.run(
            """
            cd '\(Self.root)' && PYTHONDONTWRITEBYTECODE=1 \(script) '\(binary)' \
            \(options ?? "--directory '\(directory.path)'") 2>&1
            """)
        #expect(result.code == 0, "\(result.output.suffix(5000))")
        #expect(result.output.contains("\"faults\": 0") || options != nil, "\(result.output.suffix(1000))")
    }
}
