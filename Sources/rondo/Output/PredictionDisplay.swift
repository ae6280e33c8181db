import CommandData
import JSON
import SequenceModels

/// Writes predictions: the server's JSON, or what their layout makes of them.
final class PredictionDisplay {
    private let isJSON: Bool
    private var isInText = false
    private let answerLayouts = TaskKind.answerLayouts
    private let eventLayouts = TaskKind.eventLayouts

    init(isJSON: Bool) { self.isJSON = isJSON }

    func show(answer: JSONValue) {
        if isJSON { return StandardOutput.write(answer.text + "\n") }
        let predictions = answer["predictions"]?.elements ?? []
        for (index, prediction) in predictions.enumerated() {
            if predictions.count > 1 {
                let name = prediction["id"]?.asString.map { TextTable.printable($0) }
                StandardOutput.write("# \(name ?? "sequence \(index)")\n")
            }
            show(prediction, answerLayouts)
            endText()
            tellUnknown(prediction["unknown"])
            tellGaps(prediction["gaps"])
        }
    }

    /// Tokens that the model did not know, on standard error: what it answered is on standard output.
    private func tellUnknown(_ found: JSONValue?) {
        guard let found, let count = found["count"]?.asInt, let first = found["first"]?.asString else { return }
        let place = found["position"]?.asInt.map { " at token \($0)" } ?? ""
        StandardError.write(
            count == 1
                ? "\"\(first)\"\(place) is not in the model's vocabulary\n"
                : "\(count) tokens are not in the model's vocabulary, the first is \"\(first)\"\(place)\n")
    }

    /// Steps of the history that nothing was said about.
    private func tellGaps(_ found: JSONValue?) {
        guard let count = found?.asInt, count > 0 else { return }
        StandardError.write(
            count == 1
                ? "1 step of the history has no row, and counts as missing\n"
                : "\(count) steps of the history have no row, and count as missing\n")
    }

    /// - Returns: whether more events are wanted.
    func show(event: JSONValue) throws -> Bool {
        if let error = event["error"] {
            throw ClientError(description: error["detail"]?.asString ?? "the prediction failed")
        }
        let isDone = event["done"] != nil
        if isJSON {
            StandardOutput.write(event.text + "\n")
        } else if !isDone {
            show(event, eventLayouts)
        } else if event["reason"]?.asString == "cancelled" {
            throw ClientError(description: "the server stopped before the end")
        }
        if isDone {
            endText()
            if !isJSON { for found in event["unknown"]?.elements ?? [event["unknown"] ?? .null] { tellUnknown(found) } }
        }
        return !isDone
    }

    /// In the first layout that fits; as JSON where none does.
    private func show(_ value: JSONValue, _ layouts: [AnswerLayout]) {
        func member(_ name: String) -> JSONValue { value[name] ?? .null }
        func elements(_ name: String) -> [JSONValue] { value[name]?.elements ?? [] }
        switch layouts.first(where: { value[$0.key] != nil }) {
        case .text(let name):
            isInText = true
            StandardOutput.write(member(name).asString ?? "")
        case .word(let name):
            StandardOutput.write((isInText ? " " : "") + (member(name).asString ?? member(name).text))
            isInText = true
        case .value(let name): StandardOutput.write(member(name).text + "\n")
        case .choice(let name, among: let all):
            StandardOutput.write((member(name).asString ?? "") + "\n")
            for (name, number) in member(all).object?.members ?? [] {
                StandardOutput.write("  \(number.text)\t\(name)\n")
            }
        case .steps(let names, let numbers):
            for (name, number) in zip(elements(names), elements(numbers)) {
                StandardOutput.write("\(name.asString ?? "")\t\(number.text)\n")
            }
        case .total(let total, under: let names, let numbers):
            for (name, number) in zip(elements(names), elements(numbers)) {
                StandardOutput.write("\(name.text)\t\(number.text)\n")
            }
            StandardOutput.write("\(total)\t\(member(total).text)\n")
        case .path(let mean, levels: let levels, times: let times, channels: let channels):
            table(ForecastTable(value, .init(mean: mean, levels: levels, times: times, channels: channels)))
        case .pathStep(let step, let mean, levels: let levels, time: let time, channels: let channels):
            row(
                ForecastTable.row(
                    value, step: step, .init(mean: mean, levels: levels, times: time, channels: channels)))
        case .ranked(let name): SequenceDisplay.show(value, list: name)
        case nil: StandardOutput.write(value.text + "\n")
        }
    }

    private func endText() {
        if isInText { StandardOutput.write("\n") }
        isInText = false
    }

    private func table(_ forecast: ForecastTable) {
        guard !StandardOutput.isTerminal else {
            // For a person: aligned, and as many digits as are read.
            var columns = forecast.heads.map { TextTable.Column($0, isNumeric: true) }
            if forecast.isTimed { columns[0] = TextTable.Column(forecast.heads[0], isWhole: true) }
            var table = TextTable(columns)
            for row in forecast.rows { table.append([row.step] + row.cells.map(Self.short)) }
            return StandardOutput.write(table)
        }
        StandardOutput.write(forecast.heads.joined(separator: "\t") + "\n")
        for row in forecast.rows { self.row(row) }
    }

    /// A number, or those of several channels.
    private static func short(_ value: JSONValue) -> String {
        if let number = value.asDouble { return ReadableNumber.text(number, digits: 6, keepsZeros: true) }
        return value.elements.map { $0.map(short).joined(separator: " ") } ?? value.text
    }

    private func row(_ row: ForecastTable.Row) {
        StandardOutput.write(([row.step] + row.cells.map(\.text)).joined(separator: "\t") + "\n")
    }
}
