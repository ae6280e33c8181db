import CommandData
import JSON
import SequenceService

/// Writes answers that are sequences of their own: the output or the positions, candidates, attention as a heat map.
enum SequenceDisplay {
    /// - Parameter list: the member that is the answer itself.
    static func show(_ prediction: JSONValue, list: String) {
        StandardOutput.write(output(prediction[list]) + "\n")
        for candidate in prediction["candidates"]?.elements ?? [] {
            StandardOutput.write("  \(candidate["score"]?.text ?? "")\t\(output(candidate[list]))\n")
        }
        let names = prediction["tokens"] ?? prediction[list]
        if let attention = prediction["attention"]?.elements { map(prediction, rows: names, attention) }
    }

    private static func output(_ value: JSONValue?) -> String {
        value?.asString ?? (value?.elements ?? []).map(word).joined(separator: " ")
    }

    /// A token, or a position, which is a whole number.
    private static func word(_ value: JSONValue) -> String {
        value.asString ?? value.asInt.map { String($0) } ?? value.text
    }

    private static func map(_ prediction: JSONValue, rows names: JSONValue?, _ attention: [JSONValue]) {
        let values = attention.map { ($0.elements ?? []).map { $0.asDouble ?? 0 } }
        let columns = (prediction["input_tokens"]?.elements ?? []).map { $0.asString ?? "" }
        let rows = names?.elements?.map(word) ?? []
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
