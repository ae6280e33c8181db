import Foundation
import RecurrentLayers
import SequenceModels
import Testing

/// The rows of options agree with each other, with the page and with what was stored before them.
@Suite struct OptionTableTests {
    private struct Group {
        let name: String
        let rows: Any
        let members: [OptionMember]
    }

    private let groups = [
        Group(name: "root", rows: SettingsOptions.rows, members: SettingsOptions.members),
        Group(name: "network", rows: NetworkOptions.rows, members: NetworkOptions.members),
        Group(name: "training", rows: TrainingOptions.rows, members: TrainingOptions.members),
        Group(name: "optimizer", rows: OptimizerOptions.rows, members: OptimizerOptions.members),
        Group(name: "schedule", rows: ScheduleOptions.rows, members: ScheduleOptions.members),
        Group(name: "early_stopping", rows: EarlyStoppingOptions.rows, members: EarlyStoppingOptions.members),
        Group(name: "forecast", rows: ForecastOptions.rows, members: ForecastOptions.members),
        Group(name: "pointer", rows: PointerOptions.rows, members: PointerOptions.members),
        Group(name: "prediction", rows: PredictionOptions.rows, members: PredictionOptions.members),
    ]

    /// `weightTying` → `weight_tying`.
    private func name(of property: String) -> String {
        property.map { $0.isUppercase ? "_" + $0.lowercased() : String($0) }.joined()
    }

    @Test func everyPropertyIsARowOfItsName() {
        for group in groups {
            let properties = Mirror(reflecting: group.rows).children.compactMap(\.label).map(name)
            let names = group.members.map { member in
                switch member {
                case .option(let row): row.name
                case .group(let inner): inner.name
                }
            }
            #expect(names == properties, "\(group.name)")
            #expect(!names.isEmpty && Set(names).count == names.count, "\(group.name)")
        }
    }

    @Test func everyRowHasHelpInASentence() {
        for group in groups {
            for case .option(let row) in group.members {
                #expect(row.help.hasSuffix(".") && row.help.count > 10, "\(group.name).\(row.name)")
                if case .word(let words) = row.form { #expect(!words.isEmpty, "\(group.name).\(row.name)") }
            }
        }
    }

    /// Each word is the value that settings write for it.
    @Test func wordsAreWrittenAsTheyAreRead() throws {
        for group in groups {
            for case .option(let row) in group.members {
                guard case .word(let words) = row.form else { continue }
                for word in words {
                    let value = try #require(row.value(of: word), "\(row.name): \(word)")
                    #expect(String(decoding: try JSONEncoder().encode(value), as: UTF8.self) == "\"\(word)\"")
                }
                #expect(row.value(of: "no such word") == nil)
            }
        }
    }

    @Test func requestsComeBackFromTheirJSON() throws {
        var request = SettingsRequest()
        let empty = #"{"forecast":{},"network":{},"training":{"early_stopping":{},"optimizer":{},"schedule":{}}}"#
        #expect(try sorted(request) == empty)
        #expect(try JSONDecoder().decode(SettingsRequest.self, from: Data(empty.utf8)) == request)
        request.task = .pointer
        request.pointer = PointerRequest()
        request.network.recurrentDropout = 0.25
        request.training.schedule.name = .holdThenDivide
        request.training.classWeights = .byLabel(["a": 2])
        request.training.seed = .max
        request.forecast.quantiles = [0.1, 0.9]
        let text = try sorted(request)
        #expect(text.contains(#""pointer":{}"#) && text.contains(#""recurrent_dropout":0.25"#))
        let read = try JSONDecoder().decode(SettingsRequest.self, from: Data(text.utf8))
        #expect(read == request)
        #expect(read.training.seed == .max && read.network.recurrentDropout == 0.25 && read.network.hidden == nil)
        request.network.recurrentDropout = nil
        #expect(read != request)
    }

    /// Settings of a version that had few options mean what they meant; what was always there must be there.
    @Test func olderSettingsHaveTheDefaultsOfTheirTime() throws {
        let text =
            #"{"cell":"lstm","layers":1,"hidden":8,"bidirectional":false,"dropout":0.5,"activation":"tanh"}"#
        let network = try JSONDecoder().decode(EffectiveSettings.Network.self, from: Data(text.utf8))
        #expect(network.hidden == 8 && network.dropout == 0.5 && network.embedding == nil)
        #expect(!network.residual && !network.weightTying && !network.lockedDropout && !network.layerNorm)
        #expect(network.embeddingDropout == 0 && network.recurrentDropout == 0 && network.initializer == .uniform)
        #expect(network.gruReset == nil && network.attention == nil && network.projection == nil)
        let written = try sorted(network)
        for member in [#""hidden":8,"#, #""dropout":0.5,"#, #""recurrent_dropout":0,"#, #""initializer":"uniform","#] {
            #expect(written.contains(member), "\(written)")
        }
        #expect(!written.contains("gru_reset") && !written.contains("embedding\":"), "\(written)")
        for lacking in ["\"hidden\":8,", "\"dropout\":0.5,", "\"cell\":\"lstm\","] {
            let less = text.replacingOccurrences(of: lacking, with: "")
            #expect(throws: DecodingError.self) {
                try JSONDecoder().decode(EffectiveSettings.Network.self, from: Data(less.utf8))
            }
        }
    }

    private func sorted(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// To write the page anew: `RONDO_WRITE_DOCS=1 swift test --filter OptionTableTests`.
    @Test func thePageIsUpToDate() throws {
        let page = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/options.md")
        if ProcessInfo.processInfo.environment["RONDO_WRITE_DOCS"] != nil {
            try Data(OptionPage.markdown.utf8).write(to: page)
        }
        let written = String(decoding: try Data(contentsOf: page), as: UTF8.self)
        #expect(written == OptionPage.markdown, "docs/options.md should be:\n\(OptionPage.markdown)")
    }
}
