import JSON
import SequenceService

/// Writes answers that are sequences of their own: the output or the positions, candidates, attention as a heat map.
enum SequenceDisplay {
    /// - Returns: whether it was such an answer.
    static func show(_ prediction: JSONValue) -> Bool {
        guard let text = output(prediction) else { return false }
        StandardOutput.write(text + "\n")
        for candidate in prediction["candidates"]?.elements ?? [] {
            StandardOutput.write("  \(candidate["score"]?.text ?? "")\t\(output(candidate) ?? "")\n")
        }
        if let attention = prediction["attention"]?.elements { map(prediction, attention) }
        return true
    }

    private static func output(_ answer: JSONValue) -> String? {
        if let indices = answer["indices"]?.elements { return indices.map(whole).joined(separator: " ") }
        guard let output = answer["output"] else { return nil }
        return output.asString ?? (output.elements ?? []).map { $0.asString ?? $0.text }.joined(separator: " ")
    }

    /// A position, which is a whole number.
    private static func whole(_ value: JSONValue) -> String { value.asInt.map { String($0) } ?? value.text }

    private static func map(_ prediction: JSONValue, _ attention: [JSONValue]) {
        let values = attention.map { ($0.elements ?? []).map { $0.asDouble ?? 0 } }
        let columns = (prediction["input_tokens"]?.elements ?? []).map { $0.asString ?? "" }
        let rows = (prediction["tokens"] ?? prediction["indices"])?.elements?.map { $0.asString ?? whole($0) } ?? []
        guard rows.count == values.count, values.allSatisfy({ $0.count == columns.count }) else { return }
        let isTerminal = StandardOutput.isTerminal
        let style: HeatMap.Style =
            !isTerminal ? .digits : ProcessEnvironment.variables["NO_COLOR"]?.isEmpty == false ? .shades : .colours
        let width = isTerminal ? StandardOutput.columns : 80
        for line in HeatMap(rows: rows, columns: columns, values: values).lines(width: width, style: style) {
            StandardOutput.write(line + "\n")
        }
    }
}
