package import JSON
package import SequenceModels

/// A whole answer as JSON, written piece by piece: 10 million samples are 180 MB of text, and nobody needs all of it at
/// once.
// SAFETY: used by one task at a time, the request's.
package final class PredictionAnswer: @unchecked Sendable {
    /// A piece is at least so long, unless it is the last. A shorter answer is sent with its length.
    private static let pieceSizeBytes = 64 << 10

    private let predictions: [any Prediction]
    private let encoder: PredictionEncoder
    private let timing: JSONValue
    private var bytes: [UInt8] = []
    /// The prediction being written, and those elements of its long member that are.
    private var index = 0
    private var element = 0
    /// Everything was given out.
    package private(set) var isAtEnd = false

    /// - Parameters:
    ///   - model: `airline@4`.
    ///   - timing: the last member of the answer.
    package init(
        model: String, task: TaskKind, predictions: [any Prediction], timing: JSONValue, encoder: PredictionEncoder
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
        let prediction = predictions[index]
        if element == 0 {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            encoder.json(prediction).encoded(into: &bytes)
        }
        guard encoder.wantsSamples, let long = prediction.longMember else {
            index += 1
            return
        }
        if element == 0 { bytes.removeLast() }  // the object goes on
        bytes.append(contentsOf: (element == 0 ? ",\"\(long.name)\":[" : ",").utf8)
        PredictionEncoder.json(long.element(element)).encoded(into: &bytes)
        element += 1
        guard element == long.count else { return }
        bytes.append(contentsOf: "]}".utf8)
        (index, element) = (index + 1, 0)
    }
}
