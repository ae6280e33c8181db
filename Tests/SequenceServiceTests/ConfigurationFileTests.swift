import Foundation
import SequenceService
import TestSupport
import Testing

/// Files beside the sources that set variables: each is one that is read.
@Suite struct ConfigurationFileTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
        .standardizedFileURL.path(percentEncoded: false)

    private func variables(_ path: String) -> Set<String> {
        let text = String(decoding: TemporaryDirectory.get(Self.root + "/" + path), as: UTF8.self)
        let words = text.split { !($0 == "_" || $0.isASCII && ($0.isLetter || $0.isNumber)) }
        return Set(words.map(String.init).filter { $0.hasPrefix("RONDO_") })
    }

    @Test(arguments: ["Dockerfile", "config/rondo.service", "config/kubernetes.yaml", "docs/operations.md"])
    func theirVariablesAreRead(_ path: String) {
        let known = Set(ConfigurationTable.keys.map(\.environmentName)).union(ConfigurationReader.otherVariables)
        // Of a Service of Kubernetes, as the text explains.
        let unknown = variables(path).subtracting(known).subtracting(["RONDO_SERVICE_HOST"])
        #expect(unknown.isEmpty && !variables(path).isEmpty, "\(unknown)")
    }

    /// Each supervisor waits longer than the server's stop takes with the settings that it is given.
    @Test func supervisorsWaitForTheStop() throws {
        let defaults = ServerSettings()
        func number(_ path: String, behind word: String) -> Double? {
            let text = String(decoding: TemporaryDirectory.get(Self.root + "/" + path), as: UTF8.self)
            guard let place = text.firstRange(of: word) else { return nil }
            return Double(text[place.upperBound...].drop { $0 == " " }.prefix { $0.isNumber })
        }
        let unit = try #require(number("config/rondo.service", behind: "\nTimeoutStopSec="))
        #expect(unit > defaults.stopDelaySeconds + defaults.drainSeconds)
        let pod = "config/kubernetes.yaml"
        let grace = try #require(number(pod, behind: "terminationGracePeriodSeconds:"))
        let delay = try #require(number(pod, behind: #"RONDO_STOP_DELAY_SECONDS, value: ""#))
        let drain = try #require(number(pod, behind: #"RONDO_DRAIN_SECONDS, value: ""#))
        #expect(grace > delay + drain)
    }
}
