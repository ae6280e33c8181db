import CommandData
import JSON
import SequenceModels
import SequenceService
import Tables

/// Writes one prediction, or one event, for people: a text as a text, a class above the others, attention as a map.
final class PredictionReading {
    private var isInText = false

    /// The first that fits; nil where none does.
    func layout(of value: JSONValue, _ layouts: [AnswerLayout]) -> AnswerLayout? {
        layouts.first { value[$0.key] != nil }
    }

    /// In the first layout that fits; as JSON where none does.
    func show(_ value: JSONValue, _ layouts: [AnswerLayout]) {
        func member(_ name: String) -> JSONValue { value[name] ?? .null }
        switch layout(of: value, layouts) {
        case .text(let name):
            isInText = true
            StandardOutput.write(member(name).asString ?? "")
        case .word(let name):
            StandardOutput.write((isInText ? " " : "") + (member(name).asString ?? member(name).text))
            isInText = true
        case .value(let name): StandardOutput.write(member(name).text + "\n")
        case .choice(let name, among: let all):
            StandardOutput.write((member(name).asString ?? "") + "\n")
            pairs((member(all).object?.members ?? []).map { ($0.key, $0.value) })
        case .steps(let names, let numbers): pairs(lists(value, names, numbers) { $0.asString ?? $0.text })
        case .total(let total, under: let names, let numbers):
            pairs(lists(value, names, numbers, \.text) + [(total, member(total))])
        case .ranked(let name): SequenceDisplay.show(value, list: name)
        case .path, .pathStep, .scores, .scoreStep:
            let rows = PredictionRows([value], forms: TaskKind.answerForms)
            StandardOutput.write(AnswerTable(rows, keepsDigits: !StandardOutput.isTerminal).table)
        case nil: StandardOutput.write(value.text + "\n")
        }
    }

    /// Ends the line of a text.
    func endText() {
        if isInText { StandardOutput.write("\n") }
        isInText = false
    }

    private func lists(
        _ value: JSONValue, _ names: String, _ numbers: String, _ text: (JSONValue) -> String
    ) -> [(String, JSONValue)] {
        zip(value[names]?.elements ?? [], value[numbers]?.elements ?? []).map { (text($0), $1) }
    }

    /// Names, and numbers beside them.
    private func pairs(_ pairs: [(name: String, number: JSONValue)]) {
        let numbers = AlignedNumbers(of: pairs.compactMap(\.number.asDouble))
        let texts = pairs.map { pair in
            pair.number.asDouble.map { StandardOutput.isTerminal ? numbers.text($0) : pair.number.text }
        }
        let width = pairs.map { TextTable.printable($0.name).count }.max() ?? 0
        let before = texts.map { $0?.prefix { $0 != "." }.count ?? 0 }.max() ?? 0
        for (pair, text) in zip(pairs, texts) {
            let name = TextTable.printable(pair.name)
            let indent = String(repeating: " ", count: width - name.count)
            let point = String(repeating: " ", count: before - (text?.prefix { $0 != "." }.count ?? 0))
            StandardOutput.write("  \(name)\(indent)  \(point)\(text ?? "")\n")
        }
    }
}
