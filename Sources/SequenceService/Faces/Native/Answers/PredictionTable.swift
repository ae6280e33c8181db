import JSON
package import SequenceModels
import Tables

/// A whole answer as the rows of a table, written piece by piece: comma-separated values, or an object a line.
// SAFETY: used by one task at a time, the request's.
package final class PredictionTable: AnswerPieces, @unchecked Sendable {
    /// A piece is at least so long, unless it is the last.
    private static let pieceSizeBytes = 64 << 10

    private let predictions: [any Prediction]
    private let encoder: PredictionEncoder
    private let heads: PredictionRows.Heads
    /// nil: lines.
    private var csv: CSVWriter?
    private var index = 0

    /// - Parameter format: lines or comma-separated values.
    package init(_ predictions: [any Prediction], _ encoder: PredictionEncoder, _ format: AnswerFormat) {
        self.predictions = predictions
        self.encoder = encoder
        heads = PredictionRows.Heads(predictions.map { encoder.json($0)["id"] })
        guard format == .csv else { return }
        // Of all predictions: one may have labels that another has not.
        var names: [String] = [], known: Set<String> = []
        for index in predictions.indices {
            for name in rows(index).names where known.insert(name).inserted { names.append(name) }
        }
        csv = CSVWriter(names: names)
    }

    /// Everything was given out.
    package var isAtEnd: Bool { index == predictions.count }

    /// The next piece; empty only after the end.
    package func next() -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < Self.pieceSizeBytes, index < predictions.count {
            let rows = rows(index).rows
            index += 1
            guard csv != nil else {
                for row in rows {
                    row.encoded(into: &bytes)
                    bytes.append(UInt8(ascii: "\n"))
                }
                continue
            }
            // All names are known, so none is new.
            try? csv?.append(rows, to: &bytes)
        }
        return bytes
    }

    private func rows(_ index: Int) -> PredictionRows {
        let prediction = predictions[index]
        var object = encoder.object(prediction)
        if encoder.wantsSamples, let long = prediction.longMember {
            object.append(long.name, .array((0..<long.count).map { PredictionEncoder.json(long.element($0)) }))
        }
        return PredictionRows(.object(object), at: index, heads, forms: TaskKind.answerForms)
    }
}
