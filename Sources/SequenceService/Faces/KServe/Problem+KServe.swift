import HTTPServer
import HTTPTypes
import JSON
import SequenceModels

extension Problem {
    /// The problem as KServe has it: `code` is the status, `param` the place of the first fault.
    var kserveJSON: JSONValue {
        [
            "error": [
                "code": .string(String(status)), "message": .string(message), "param": JSONValue(faults.first?.pointer),
                "type": .string(String(code.map { $0 == "-" ? "_" : $0 })),
            ]
        ]
    }

    /// The answer.
    var kserveResponse: Response {
        var response = Response.json(kserveJSON, status: httpStatus)
        addFields(to: &response.headers)
        return response
    }
}
