package import JSON
package import SequenceModels

/// A whole answer as JSON, written piece by piece: 10 million samples are 180 MB of text, and nobody needs all of it at
/// once.
// SAFETY: used by one task at a time, the request's.
package final class PredictionAnswer: @unchecked Sendable {
    /// A piece is at least so long, unless it is the last. A shorter answer is sent with its length.
    private static let pieceSizeBytes = 64 << 10

    private let predictions: [Prediction]
    private let encoder: PredictionEncoder
    private let timing: JSONValue
    private var bytes: [UInt8] = []
    /// The prediction being written, and those of its sample paths that are.
    private var index = 0
    private var path = 0
    /// Everything was given out.
    package private(set) var isAtEnd = false

    /// - Parameters:
    ///   - model: `airline@4`.
    ///   - timing: the last member of the answer.
    package init(
        model: String, task: TaskKind, predictions: [Prediction], timing: JSONValue, encoder: PredictionEncoder
    ) {
        self.predictions = predictions
        self.encoder = encoder
        self.timing = timing
        let head: JSONValue = ["model": .string(model), "task": .string(task.rawValue)]
        head.encoded(into: &bytes)
        bytes.removeLast()
        bytes.append(contentsOf: #","predictions":["#.utf8)
    }

    /// The next piece; empty only after the end.
    package func next() -> [UInt8] {
        while bytes.count < Self.pieceSizeBytes, index < predictions.count { appendPart() }
        if index == predictions.count, !isAtEnd {
            bytes.append(contentsOf: #"],"timing":"#.utf8)
            timing.encoded(into: &bytes)
            bytes.append(contentsOf: "}\n".utf8)
            isAtEnd = true
        }
        defer { bytes = [] }
        return bytes
    }

    private func appendPart() {
        if path == 0 {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            encoder.json(predictions[index]).encoded(into: &bytes)
        }
        guard case .forecast(let forecast) = predictions[index], encoder.wantsSamples, !forecast.samples.isEmpty else {
            index += 1
            return
        }
        if path == 0 { bytes.removeLast() }  // the object goes on
        bytes.append(contentsOf: (path == 0 ? #","samples":["# : ",").utf8)
        encoder.json(forecast.samples[path]).encoded(into: &bytes)
        path += 1
        guard path == forecast.samples.count else { return }
        bytes.append(contentsOf: "]}".utf8)
        (index, path) = (index + 1, 0)
    }
}
