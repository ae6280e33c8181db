package import JSON
package import SequenceModels

/// A whole answer as JSON, written piece by piece: 10 million samples are 180 MB of text, and nobody needs all of it at
/// once.
// SAFETY: used by one task at a time, the request's.
package final class PredictionAnswer: AnswerPieces, @unchecked Sendable {
    /// What stands around the predictions.
    package struct Frame: Sendable {
        /// Before the first.
        package var head: [UInt8]
        /// Between two of them.
        package var separator: UInt8
        /// Behind the last.
        package var tail: [UInt8]

        /// Everything but the predictions.
        package init(head: [UInt8], separator: UInt8, tail: [UInt8]) {
            self.head = head
            self.separator = separator
            self.tail = tail
        }

        /// `{"object": …, "member": [predictions], "and": "more"}`.
        ///
        /// - Parameters:
        ///   - before: the members of the object before the predictions.
        ///   - after: those behind them.
        package init(_ before: JSONObject, member: String, after: JSONObject = JSONObject()) {
            var head: [UInt8] = [], tail: [UInt8] = []
            head.reserveCapacity(256)
            before.encoded(into: &head)
            head.removeLast()
            if !before.isEmpty { head.append(UInt8(ascii: ",")) }
            JSONWriter.append(member, to: &head)
            head.append(contentsOf: ":[".utf8)
            tail.reserveCapacity(128)
            tail.append(UInt8(ascii: "]"))
            after.encoded(into: &tail)
            // The members go on in the same object.
            if after.isEmpty { tail.remove(at: 1) } else { tail[1] = UInt8(ascii: ",") }
            tail.append(UInt8(ascii: "\n"))
            self.init(head: head, separator: UInt8(ascii: ","), tail: tail)
        }
    }

    /// Writes the prediction at a place of the question as an object, without its long member.
    package typealias Encoding = @Sendable (_ prediction: any Prediction, _ index: Int) -> JSONObject

    /// A piece is at least so long, unless it is the last. A shorter answer is sent with its length.
    private static let pieceSizeBytes = 64 << 10

    private let predictions: [any Prediction]
    private let frame: Frame
    private let encode: Encoding
    /// The answer lists what is long: sample paths.
    private let listsLongMembers: Bool
    private var bytes: [UInt8]
    /// The prediction being written, and those elements of its long member that are.
    private var index = 0
    private var element = 0
    /// Everything was given out.
    package private(set) var isAtEnd = false

    /// - Parameters:
    ///   - frame: what stands around the predictions.
    ///   - listsLongMembers: each object ends with its long member, if there is one.
    ///   - encode: writes a prediction.
    package init(
        _ frame: Frame, predictions: [any Prediction], listsLongMembers: Bool, encode: @escaping Encoding
    ) {
        self.frame = frame
        self.predictions = predictions
        self.listsLongMembers = listsLongMembers
        self.encode = encode
        bytes = frame.head
    }

    /// The next piece; empty only after the end.
    package func next() -> [UInt8] {
        while bytes.count < Self.pieceSizeBytes, index < predictions.count { appendPart() }
        if index == predictions.count, !isAtEnd {
            bytes.append(contentsOf: frame.tail)
            isAtEnd = true
        }
        defer { bytes = [] }
        return bytes
    }

    private func appendPart() {
        let prediction = predictions[index]
        if element == 0 {
            if index > 0 { bytes.append(frame.separator) }
            JSONValue.object(encode(prediction, index)).encoded(into: &bytes)
        }
        guard listsLongMembers, let long = prediction.longMember else {
            index += 1
            return
        }
        if element == 0 {
            bytes.removeLast()  // the object goes on
            if bytes.last != UInt8(ascii: "{") { bytes.append(UInt8(ascii: ",")) }
        }
        bytes.append(contentsOf: (element == 0 ? "\"\(long.name)\":[" : ",").utf8)
        PredictionEncoder.json(long.element(element)).encoded(into: &bytes)
        element += 1
        guard element == long.count else { return }
        bytes.append(contentsOf: "]}".utf8)
        (index, element) = (index + 1, 0)
    }
}
