import HTTPServer
import HTTPTypes
import JSON
import SequenceModels

extension Problem {
    /// The problem as RFC 9457 writes it.
    var json: JSONValue {
        var members: JSONObject = [
            "type": .string("/problems/" + code), "title": .string(title), "status": .integer(status),
            "detail": .string(detail),
        ]
        if !faults.isEmpty {
            members.append(
                "errors", .array(faults.map { ["pointer": .string($0.pointer), "detail": .string($0.detail)] }))
        }
        if let id { members.append("id", .string(id)) }
        return .object(members)
    }

    /// The answer, as `application/problem+json`.
    var response: Response {
        var response = Response.json(json, status: httpStatus)
        response.headers[.contentType] = "application/problem+json"
        addFields(to: &response.headers)
        return response
    }
}
