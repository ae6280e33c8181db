import JSON
import SequenceModels
import SequenceService
import SeriesTime
import Testing

/// Whole answers as tables, for clients that accept them.
@Suite struct AnswerFormatTests {
    private static let accepted: [(String?, AnswerFormat?)] = [
        (nil, .json), ("", .json), ("*/*", .json), ("application/json", .json), ("text/csv", .csv),
        ("application/x-ndjson", .lines), ("text/csv, application/json;q=0.5", .csv),
        ("Text/CSV;q=0.2, */*;q=0.1", .csv), ("application/json;q=0, */*", .lines), ("text/*", .csv),
        ("text/html, */*;q=0.8", .json), ("application/*;q=0.3, text/csv;q=0.4", .csv), ("text/csv;q=0", nil),
        ("image/png", nil),
    ]

    @Test(arguments: accepted)
    func theMostWantedFormIsTaken(_ accept: String?, _ format: AnswerFormat?) {
        #expect((try? AnswerFormat(accept: accept)) == format)
    }

    private func values(_ first: Double) -> ForecastValues {
        var values = ForecastValues(channels: 1)
        for step in 0..<2 { values.append([first + Double(step)]) }
        return values
    }

    private func text(_ predictions: [any Prediction], _ format: AnswerFormat) -> String {
        let table = PredictionTable(predictions, PredictionEncoder(), format)
        var text = ""
        while !table.isAtEnd { text += String(decoding: table.next(), as: UTF8.self) }
        return text
    }

    @Test func forecastsAreRows() {
        var first = ForecastPrediction(
            channels: 1, mean: values(1.5), quantiles: [(0.1, values(1))], samples: [])
        first.timestamps = ["2026-01-01", "2026-01-02"].map { .text($0) }
        let csv = text([first, first], .csv)
        #expect(
            csv.hasPrefix("sequence,time,mean,q0.1\n0,2026-01-01,1.5,1.0\n0,2026-01-02,2.5,2.0\n1,2026-01-01,"),
            "\(csv)")
        let lines = text([first], .lines).split(separator: "\n")
        #expect(lines.count == 2 && lines[0].contains(#""time":"2026-01-01","mean":1.5,"q0.1":1.0"#), "\(lines)")
    }

    /// With `top`, each answer has labels of its own; the head has all of them.
    @Test func labelsOfAllAnswersAreColumns() {
        let answers = [
            LabelPrediction(label: "a", probabilities: [("a", 0.75)]),
            LabelPrediction(label: "b", probabilities: [("b", 0.5)]),
        ]
        #expect(text(answers, .csv) == "sequence,label,p_a,p_b\n0,a,0.75,\n1,b,,0.5\n")
    }
}
