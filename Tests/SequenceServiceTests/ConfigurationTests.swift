import SequenceService
import Testing

@Suite struct ConfigurationTests {
    private func fault(environment: [String: String] = [:], _ arguments: [String] = []) -> String {
        do {
            _ = try ConfigurationReader.settings(file: nil, environment: environment, arguments: arguments)
            return ""
        } catch {
            return error.description
        }
    }

    /// An empty text is a forgotten one: taken as a directory it would be the root of the disk.
    @Test func anEmptyTextIsNoSetting() {
        #expect(fault(["--data", ""]).contains("must be a text that is not empty"))
        #expect(fault(["--data="]).contains("--data"))
        #expect(fault(environment: ["RONDO_DATA": ""]).contains("RONDO_DATA"))
        #expect(fault(environment: ["RONDO_HOST": ""]).contains("RONDO_HOST"))
        #expect(fault(["--data", "x"]) == "")
    }

    /// What is wrong is shown as it was written.
    @Test(arguments: ["nan", "inf", "-inf", "1e999", "soon", "-1"])
    func aNumberIsANumber(text: String) {
        let fault = fault(["--drain-seconds", text])
        #expect(fault.contains("must be a number, 0.1 to 3600.0") && !fault.contains("null"), "\(fault)")
        #expect(text == "-1" ? fault.contains("-1") : fault.contains("\"\(text)\""), "\(fault)")
    }
}
