import HTTPServer
import HTTPTypes
import JSON

extension Problem {
    /// The problem as containers of SageMaker tell one (those of its multi-model server): the client of the endpoint
    /// gets it as the message of its `ModelError`.
    private var sageMakerJSON: JSONValue {
        ["code": .integer(status), "type": .string(sageMakerType), "message": .string(message)]
    }

    private var sageMakerType: String {
        switch status {
        case 404: "ModelNotFoundException"
        case 413: "RequestEntityTooLargeException"
        case 415: "UnsupportedMediaTypeException"
        case 503: "ServiceUnavailableException"
        case ..<500: "BadRequestException"
        default: "InternalServerException"
        }
    }

    /// The answer.
    var sageMakerResponse: Response {
        var response = Response.json(sageMakerJSON, status: httpStatus)
        addFields(to: &response.headers)
        return response
    }
}
