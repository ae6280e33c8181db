import HTTPServer
import HTTPTypes

/// A whole answer that is written piece by piece.
package protocol AnswerPieces: AnyObject, Sendable {
    /// Everything was given out.
    var isAtEnd: Bool { get }
    /// The next piece; empty only after the end.
    func next() -> [UInt8]
}

extension AnswerPieces {
    /// The answer: at once if it is short, else piece by piece as it is made.
    ///
    /// - Parameters:
    ///   - run: what the predictions hold goes with the last piece.
    ///   - bodies: makes the pieces of a long answer.
    ///   - client: who waits.
    func response(contentType: String, of run: PredictionRun, on bodies: WorkQueue, for client: String) -> Response {
        let first = next()
        var headers = HTTPFields()
        headers[.contentType] = contentType
        if isAtEnd { return Response(status: .ok, headers: headers, body: .bytes(first)) }
        return Response(
            status: .ok, headers: headers,
            body: .stream { writer in
                // The lease goes with the last piece.
                defer { withExtendedLifetime(run) {} }
                try await writer.write(first)
                while !self.isAtEnd {
                    try await writer.write(try await bodies.run(for: client) { self.next() })
                }
            })
    }
}
