import Foundation
import SequenceService
import Testing

/// The page is made from the table: who changes a key runs this once with `RONDO_WRITE_DOCS=1`, which writes the page.
@Suite struct ConfigurationPageTests {
    private static let page = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../docs/configuration.md").standardizedFileURL

    @Test func thePageIsTheTable() throws {
        let expected = ConfigurationPage.text
        if ProcessInfo.processInfo.environment["RONDO_WRITE_DOCS"] == "1" {
            try Data(expected.utf8).write(to: Self.page)
        }
        let found = String(decoding: (try? Data(contentsOf: Self.page)) ?? Data(), as: UTF8.self)
        guard found != expected else { return }
        Issue.record(
            """
            docs/configuration.md differs from ConfigurationTable. RONDO_WRITE_DOCS=1 lets this test write it. Expected:

            \(expected)
            """)
    }

    /// The bytes of the page do not depend on the machine that made it.
    @Test func defaultsOfTheMachineAreWords() {
        let words = ConfigurationTable.keys.filter { $0.machineDefault != nil }.map(\.name)
        #expect(
            words == [
                "event_loops", "training_threads", "prediction_threads", "request_memory_bytes_max",
                "training_memory_bytes_max", "predict_memory_bytes_max", "model_cache_bytes_max",
                "prefix_cache_bytes_max", "session_cache_bytes_max",
            ])
        for key in ConfigurationTable.keys { #expect(ConfigurationPage.text.contains("| `\(key.name)` | ")) }
    }
}
