import Foundation
import JSON
import SequenceService
import System
import TestSupport
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

    /// The file that the image has as /etc/rondo/rondo.json: it reads, and leaves to the machine what follows from it.
    @Test func theFileOfTheImageReads() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../config/rondo.json")
            .standardizedFileURL.path(percentEncoded: false)
        let settings = try ConfigurationReader.settings(file: file, environment: [:], arguments: [])
        let defaults = ServerSettings()
        for key in ConfigurationTable.keys where key.machineDefault != nil {
            #expect(key.value(in: settings).text == key.value(in: defaults).text, "\(key.name)")
        }
        // The image's own variables go before it.
        let image = ["RONDO_CONFIG": file, "RONDO_DATA": "/data", "RONDO_HOST": "0.0.0.0"]
        #expect(try ConfigurationReader.settings(file: file, environment: image, arguments: []).host == "0.0.0.0")
    }

    /// Kubernetes mounts files as links, which it replaces to change them.
    @Test func aFileMayBeALink() throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write(#"{"port": 8123}"#, to: "real.json"), link = directory.path + "/rondo.json"
        symlink(file, link)
        #expect(try ConfigurationReader.settings(file: link, environment: [:], arguments: []).port == 8123)
    }

    /// What is named has to be there and to read: a server without its settings would be another one.
    @Test func aFileThatDoesNotReadIsAFault() throws {
        let directory = try TemporaryDirectory()
        func fault(of file: String) -> String {
            do {
                _ = try ConfigurationReader.settings(file: file, environment: [:], arguments: [])
                return ""
            } catch {
                return error.description
            }
        }
        for (text, hint) in [
            ("", "rondo.json"), ("{", "rondo.json"), ("[]", "must hold a JSON object"),
            (#"{"prt": 1}"#, "did you mean port"), (#"{"port": "8080"}"#, "rondo.json: port must be"),
            (#"{"port": 8080, "port": 8081}"#, "port"),
        ] {
            let found = fault(of: try directory.write(text, to: "rondo.json"))
            #expect(found.contains(directory.path + "/rondo.json") && found.contains(hint), "\(text): \(found)")
        }
        #expect(fault(of: directory.path).contains(directory.path))
        #expect(fault(of: directory.path + "/none.json").contains("none.json does not exist"))
    }

    /// Of a Service that is called as the program, or begins like it.
    @Test func variablesOfKubernetesAreNoSettings() throws {
        let given = [
            "RONDO_SERVICE_HOST": "10.0.0.11", "RONDO_SERVICE_PORT": "8080", "RONDO_SERVICE_PORT_HTTP": "8080",
            "RONDO_PORT": "tcp://10.0.0.11:8080", "RONDO_PORT_8080_TCP": "tcp://10.0.0.11:8080",
            "RONDO_PORT_8080_TCP_PROTO": "tcp", "RONDO_PORT_8080_TCP_PORT": "8080",
            "RONDO_PORT_8080_TCP_ADDR": "10.0.0.11", "RONDO_WEB_SERVICE_HOST": "10.0.0.12",
            "RONDO_WEB_PORT": "udp://10.0.0.12:53",
        ]
        let settings = try ConfigurationReader.settings(file: nil, environment: given, arguments: [])
        #expect(settings.port == ServerSettings().port)
        for (name, text) in [
            ("RONDO_PORT", "http://10.0.0.11"), ("RONDO_PORT_X_TCP", "1"), ("RONDO_PORT_80_TCP_KEY", "1"),
            ("RONDO_SERVICE", "1"), ("RONDO_WEB_PORT", "80"),
        ] {
            #expect(fault(environment: [name: text]).contains(name), "\(name)")
        }
    }

    /// What a container of SageMaker is given, and what goes before it.
    @Test func variablesOfOthersAreSettings() throws {
        let given = ["SAGEMAKER_BIND_TO_PORT": "9001", "DEEPAR_INFERENCE_CONFIG": #"{"num_samples":7}"#]
        func settings(_ more: [String: String] = [:], _ arguments: [String] = []) throws -> ServerSettings {
            try ConfigurationReader.settings(
                file: nil, environment: given.merging(more) { $1 }, arguments: arguments)
        }
        let plain = try settings()
        #expect(plain.port == 9001 && plain.serviceConfiguration.deepARConfiguration == #"{"num_samples":7}"#)
        #expect(plain.serviceConfiguration.defaultModel == nil && !plain.serviceConfiguration.takesLinesOnly)
        #expect(try settings(["SAGEMAKER_BATCH": "true"]).serviceConfiguration.takesLinesOnly)
        #expect(try settings(["RONDO_PORT": "9002"]).port == 9002)
        #expect(try settings(["RONDO_PORT": "9002"], ["--port", "9003"]).port == 9003)
        #expect(fault(environment: ["SAGEMAKER_BIND_TO_PORT": "x"]).hasPrefix("SAGEMAKER_BIND_TO_PORT must be"))
        #expect(fault(environment: ["DEEPAR_INFERENCE_CONFIG": "{"]).hasPrefix("DEEPAR_INFERENCE_CONFIG must be"))
        #expect(fault(environment: ["DEEPAR_INFERENCE_CONFIG": #"{"samples":7}"#]).contains("configuration of POST"))
        let named = try settings([:], ["--default-model", "sales@3"]).serviceConfiguration
        #expect(named.defaultModel == ModelReference("sales@3"))
        #expect(fault(["--default-model", "a b"]).contains("--default-model must be name, name@version or name@label"))
    }

    /// What is wrong is shown as it was written.
    @Test(arguments: ["nan", "inf", "-inf", "1e999", "soon", "-1"])
    func aNumberIsANumber(text: String) {
        let fault = fault(["--drain-seconds", text])
        #expect(fault.contains("must be a number, 0.1 to 3600.0") && !fault.contains("null"), "\(fault)")
        #expect(text == "-1" ? fault.contains("-1") : fault.contains("\"\(text)\""), "\(fault)")
    }
}
