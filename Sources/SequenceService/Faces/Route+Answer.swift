extension Route {
    /// What a success answers.
    struct Answer: Sendable {
        /// The body in one of its media types.
        enum Body: Sendable {
            /// JSON, by the name of its schema.
            case json(String)
            /// Events, each of them of that schema: JSON lines and Server-Sent Events.
            case events(String)
            /// JSON lines, each of that schema.
            case lines(String)
            /// Comma-separated values.
            case table
            case bytes
            case text
        }

        /// Of HTTP.
        var status = 200
        /// In the order in which clients should prefer them; empty where there is no body.
        var bodies: [Body] = []
        /// Fields besides those that every answer has.
        var fields: [AnswerField] = []
        /// nil: the route's summary.
        var text: String?

        /// JSON.
        static func json(_ schema: String, status: Int = 200, fields: [AnswerField] = [], text: String? = nil) -> Answer
        {
            Answer(status: status, bodies: [.json(schema)], fields: fields, text: text)
        }

        /// A file.
        static func file(fields: [AnswerField]) -> Answer { Answer(bodies: [.bytes], fields: fields) }

        /// 204.
        static func nothing(_ text: String? = nil) -> Answer { Answer(status: 204, text: text) }
    }

    /// Fields of answers that the document tells.
    enum AnswerField: String, Sendable, CaseIterable {
        case location = "Location"
        case entityTag = "ETag"
        case contentDisposition = "Content-Disposition"
        case retryAfter = "Retry-After"
        case allow = "Allow"

        var text: String {
            switch self {
            case .location: "Path of what was made."
            case .entityTag: "SHA-256 of the file, in quotes."
            case .contentDisposition: "A name for the file."
            case .retryAfter: "Seconds after which the request is likely to succeed."
            case .allow: "The methods that are allowed here."
            }
        }
    }
}
