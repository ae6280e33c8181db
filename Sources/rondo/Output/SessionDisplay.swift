import CommandData
import JSON
import SequenceModels

/// Writes sessions, and the answers of their steps.
final class SessionDisplay {
    private let isJSON: Bool
    private let predictions: PredictionDisplay

    /// - Parameter isJSON: answers are written as the server sent them.
    init(isJSON: Bool) {
        self.isJSON = isJSON
        predictions = PredictionDisplay(isJSON ? .json : .table)
    }

    // MARK: Lists

    /// Sessions by column, for programs.
    static func rows(_ sessions: [JSONValue]) -> OutputFormat.ListRows {
        let names = ["id", "model", "task", "steps", "state_bytes", "created_at", "stepped_at", "expires_at"]
        return OutputFormat.ListRows(sessions, names.map { name in (name, { $0[name] }) })
    }

    /// A line each, for people.
    static func list(_ sessions: [JSONValue]) {
        guard !sessions.isEmpty else { return StandardError.write("no sessions\n") }
        var table = TextTable([
            .init("id", isWhole: true), .init("model", isWhole: true), .init("task", isWhole: true),
            .init("steps", isNumeric: true), .init("bytes", isNumeric: true),
            .init("stepped (UTC)", isWhole: true), .init("expires (UTC)", isWhole: true),
        ])
        for session in sessions {
            table.append([
                session["id"]?.asString ?? "", session["model"]?.asString ?? "", session["task"]?.asString ?? "",
                session["steps"]?.text ?? "", session["state_bytes"]?.text ?? "",
                JobDisplay.time(session["stepped_at"]), JobDisplay.time(session["expires_at"]),
            ])
        }
        StandardOutput.write(table)
    }

    // MARK: Steps

    /// The answer of a step: how surprising each observation was, then what is predicted.
    func show(_ answer: JSONValue) throws {
        if isJSON { return StandardOutput.write(answer.text + "\n") }
        for prediction in answer["predictions"]?.elements ?? [] {
            for step in prediction["observed"]?.elements ?? [] { StandardOutput.write(Self.line(step) + "\n") }
            if let text = prediction["text"]?.asString {
                if !text.isEmpty { StandardOutput.write(text + "\n") }
            } else if prediction["mean"] != nil || prediction["observed"] == nil {
                try predictions.show(answer: ["predictions": [prediction]])
            }
        }
    }

    /// `2026-11-29T12:00Z  expected 41.2  surprise 1.32`, and ANOMALY where it is one.
    private static func line(_ step: JSONValue) -> String {
        func text(_ member: String) -> String {
            let values = step[member]?.elements ?? [step[member] ?? .null]
            return values.map { value in
                value.asDouble.map { number(abs($0) < 1e6 ? ($0 * 1000).rounded() / 1000 : $0) } ?? "-"
            }.joined(separator: ", ")
        }
        func number(_ value: Double) -> String { Int(exactly: value).map { "\($0)" } ?? "\(value)" }
        let isAnomaly = (step["anomaly"]?.elements ?? [step["anomaly"] ?? .null]).contains { $0.asBool == true }
        let place = step["timestamp"].map { $0.asString ?? $0.text } ?? "step \(step["step"]?.text ?? "")"
        return "\(TextTable.printable(place))  expected \(text("expected"))  surprise \(text("surprise"))"
            + (isAnomaly ? "  ANOMALY" : "")
    }
}
