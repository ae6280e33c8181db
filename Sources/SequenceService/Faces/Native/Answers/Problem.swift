package import HTTPServer
import HTTPTypes
package import JSON
package import SequenceModels

/// An RFC 9457 problem: the one shape of every error answer.
package struct Problem: Sendable {
    /// A URI reference below `/problems/`: the stable code of the kind of error.
    package var type: String
    /// The kind of error, the same for each of its type.
    package var title: String
    /// Of the HTTP answer.
    package var status: Int
    /// What is wrong in this case, and what would be right.
    package var detail: String
    /// Of the request's members, each with its pointer; empty for errors of another kind.
    package var faults: [Fault] = []
    /// Names the log line of an internal error.
    package var id: String?
    /// When a request is likely to succeed; the Retry-After field of the answer.
    package var retryAfterSeconds: Int?
    /// Further fields of the answer.
    package var headers: [(name: String, value: String)] = []

    /// A problem by the last part of its type, its title, status and detail.
    package init(_ type: String, _ title: String, _ status: Int, _ detail: String) {
        self.type = "/problems/" + type
        self.title = title
        self.status = status
        self.detail = detail
    }

    /// The problem as RFC 9457 writes it.
    package var json: JSONValue {
        var members: JSONObject = [
            "type": .string(type), "title": .string(title), "status": .integer(status), "detail": .string(detail),
        ]
        if !faults.isEmpty {
            members.append(
                "errors", .array(faults.map { ["pointer": .string($0.pointer), "detail": .string($0.detail)] }))
        }
        if let id { members.append("id", .string(id)) }
        return .object(members)
    }

    /// The standard phrase of the status (RFC 9110 15); the title where there is none.
    private var reasonPhrase: String {
        switch status {
        case 400: "Bad Request"
        case 404: "Not Found"
        case 422: "Unprocessable Content"
        case 500: "Internal Server Error"
        case 503: "Service Unavailable"
        case 507: "Insufficient Storage"
        default: title
        }
    }

    /// The answer, as `application/problem+json`.
    package var response: Response {
        var response = Response.json(json, status: HTTPResponse.Status(code: status, reasonPhrase: reasonPhrase))
        response.headers[.contentType] = "application/problem+json"
        if let retryAfterSeconds { response.headers[.retryAfter] = String(retryAfterSeconds) }
        for header in headers {
            if let name = HTTPField.Name(header.name) { response.headers[name] = header.value }
        }
        return response
    }
}
