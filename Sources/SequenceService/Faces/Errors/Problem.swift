import HTTPTypes
package import SequenceModels
package import Tables

/// An error as HTTP tells it, for a face to write in its own form. Its words are RFC 9457's.
package struct Problem: Sendable {
    /// The stable code of the kind of error: `invalid-request`.
    package var code: String
    /// The kind of error, the same for each of its type.
    package var title: String
    /// Of the HTTP answer.
    package var status: Int
    /// What is wrong in this case, and what would be right.
    package var detail: String
    /// Of the request's members, each with its pointer; empty for errors of another kind.
    package var faults: [Fault] = []
    /// The row, column and cell of a fault of a table, which is the first of the faults.
    package var cell: (line: Int?, column: String?, text: String?)?
    /// What a table leaves open.
    package var question: TableDoubt?
    /// Names the log line of an internal error.
    package var id: String?
    /// When a request is likely to succeed; the Retry-After field of the answer.
    package var retryAfterSeconds: Int?
    /// Further fields of the answer.
    package var headers: [(name: String, value: String)] = []

    /// A problem by its code, title, status and detail.
    package init(
        _ code: String, _ title: String, _ status: Int, _ detail: String, retryAfterSeconds: Int? = nil
    ) {
        self.code = code
        self.title = title
        self.status = status
        self.detail = detail
        self.retryAfterSeconds = retryAfterSeconds
    }

    /// The standard phrase of the status (RFC 9110 15); the title where there is none.
    private var reasonPhrase: String {
        switch status {
        case 400: "Bad Request"
        case 404: "Not Found"
        case 422: "Unprocessable Content"
        case 500: "Internal Server Error"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        case 507: "Insufficient Storage"
        default: title
        }
    }

    /// A prediction that did not finish within the time of its request.
    static func timedOut(milliseconds: Int) -> Problem {
        Problem(
            "timed-out", "Timed out", 504,
            "the answer was not there within \(milliseconds) ms: allow more with timeout_ms, ask for fewer steps, "
                + "tokens, samples or sequences, or send it again when the server is less busy")
    }

    /// The answer's status, with its phrase.
    var httpStatus: HTTPResponse.Status { HTTPResponse.Status(code: status, reasonPhrase: reasonPhrase) }

    /// The fields that an answer has besides those about its body.
    func addFields(to headers: inout HTTPFields) {
        if let retryAfterSeconds { headers[.retryAfter] = String(retryAfterSeconds) }
        for header in self.headers {
            if let name = HTTPField.Name(header.name) { headers[name] = header.value }
        }
    }
}
