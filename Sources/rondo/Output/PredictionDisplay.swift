import CommandData
import JSON
import SequenceModels
import SequenceService
import Tables

/// Writes predictions: the server's JSON, rows, or for people what their layout makes of them.
final class PredictionDisplay {
    private let format: OutputFormat
    private let reading = PredictionReading()
    private let eventForms = TaskKind.eventForms
    private let eventLayouts = TaskKind.eventLayouts
    private var writer = CSVWriter()
    private var lines = AnswerLines(keepsDigits: !StandardOutput.isTerminal)

    init(_ format: OutputFormat) { self.format = format }

    /// A whole answer.
    func show(answer: JSONValue) throws {
        let predictions = answer["predictions"]?.elements ?? []
        switch format {
        case .json: return StandardOutput.write(answer.text + "\n")
        case .ndjson, .csv:
            let rows = PredictionRows(predictions, forms: TaskKind.answerForms)
            writer = CSVWriter(names: rows.names)
            try write(rows)
        case .table: show(predictions)
        }
        for prediction in predictions { tellNotes(prediction) }
    }

    /// An event of a stream.
    ///
    /// - Returns: whether more events are wanted.
    /// - Throws: `ClientError` for one that says that the prediction failed, `CSVWriter.NewColumn`.
    func show(event: JSONValue) throws -> Bool {
        if let error = event["error"] {
            throw ClientError(description: error["detail"]?.asString ?? "the prediction failed")
        }
        let isDone = event["done"] != nil
        if format == .json {
            StandardOutput.write(event.text + "\n")
            return !isDone
        }
        guard isDone else {
            switch format {
            case .csv, .ndjson: try write(PredictionRows(event: event, forms: eventForms))
            default: showStep(event)
            }
            tellScore(event)
            return true
        }
        reading.endText()
        if event["reason"]?.asString == "cancelled" {
            throw ClientError(description: "the server stopped before the end")
        }
        for found in event["unknown"]?.elements ?? [event["unknown"] ?? .null] { tellUnknown(found) }
        return false
    }

    private func write(_ rows: PredictionRows) throws {
        var bytes: [UInt8] = []
        if format == .csv {
            try writer.append(rows.rows, to: &bytes)
        } else {
            for row in rows.rows {
                row.encoded(into: &bytes)
                bytes.append(UInt8(ascii: "\n"))
            }
        }
        guard format == .csv, StandardOutput.isTerminal else { return StandardOutput.write(bytes) }
        // A client's ids and labels do not steer the terminal.
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        StandardOutput.write(lines.map { TextTable.printable(String($0)) }.joined(separator: "\n"))
    }

    // MARK: For people

    /// One table of all sequences where they are rows; otherwise one sequence after the other.
    private func show(_ predictions: [JSONValue]) {
        let layouts = TaskKind.answerLayouts
        let isTable = predictions.first.flatMap { reading.layout(of: $0, layouts) }.map { layout in
            switch layout {
            case .path, .scores, .steps: true
            case .value, .choice: predictions.count > 1
            case .pathStep, .scoreStep, .text, .word, .total, .ranked: false
            }
        }
        guard isTable != true else {
            var rows = PredictionRows(predictions, forms: TaskKind.answerForms)
            // Of a series that was scored, people want to see what is unusual.
            if predictions.contains(where: { $0["anomaly"] != nil }) {
                rows = rows.filtered { $0["anomaly"] == true }
                guard !rows.rows.isEmpty else { return }
            }
            return StandardOutput.write(AnswerTable(rows, keepsDigits: !StandardOutput.isTerminal).table)
        }
        for (index, prediction) in predictions.enumerated() {
            if predictions.count > 1 {
                let name = prediction["id"]?.asString.map { TextTable.printable($0) }
                StandardOutput.write("# \(name ?? "sequence \(index)")\n")
            }
            reading.show(prediction, layouts)
            reading.endText()
        }
    }

    private func showStep(_ event: JSONValue) {
        switch reading.layout(of: event, eventLayouts) {
        case .pathStep, .scoreStep: break
        default: return reading.show(event, eventLayouts)
        }
        for line in lines.lines(PredictionRows(event: event, forms: eventForms)) { StandardOutput.write(line + "\n") }
    }

    // MARK: Notes, on standard error: what was answered is on standard output

    private func tellNotes(_ prediction: JSONValue) {
        tellUnknown(prediction["unknown"])
        tellGaps(prediction["gaps"])
        tellScore(prediction)
    }

    /// How a series was scored as a whole.
    private func tellScore(_ found: JSONValue) {
        guard let scored = found["scored"]?.asInt, let anomalies = found["anomalies"]?.asInt,
            let rate = found["false_alarm_rate"]?.asDouble, let threshold = found["threshold"]?.asDouble
        else { return }
        let whose = found["id"]?.asString.map { TextTable.printable($0) + ": " } ?? ""
        let mean = found["mean_log_likelihood"]?.asDouble.map { ", mean log-likelihood \(ReadableNumber.text($0))" }
        StandardError.write(
            "\(whose)\(anomalies) of \(scored) \(scored == 1 ? "value" : "values") with a surprise above "
                + "\(ReadableNumber.text(threshold)) or, where values were wilder of late, more, "
                + "for a false-alarm rate of \(ReadableNumber.text(rate))\(mean ?? "")\n")
    }

    /// Tokens that the model did not know.
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
}
