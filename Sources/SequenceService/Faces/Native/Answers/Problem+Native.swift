import HTTPServer
import HTTPTypes
package import JSON
import SequenceModels
import Tables

extension Problem {
    /// The problem as RFC 9457 writes it.
    package var json: JSONValue {
        var members: JSONObject = [
            "type": .string("/problems/" + code), "title": .string(title), "status": .integer(status),
            "detail": .string(detail),
        ]
        if !faults.isEmpty {
            var errors: [JSONObject] = faults.map {
                ["pointer": .string($0.pointer), "detail": .string($0.detail)]
            }
            if let cell {
                if let line = cell.line { errors[0].append("line", .integer(line)) }
                if let column = cell.column { errors[0].append("column", .string(column)) }
                if let text = cell.text { errors[0].append("cell", .string(text)) }
            }
            members.append("errors", .array(errors.map { .object($0) }))
        }
        if let question {
            members.append(
                "question",
                [
                    "option": .string(question.option), "text": .string(question.question),
                    "answers": JSONValue(question.answers),
                ])
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
