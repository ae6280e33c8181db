import HTTPTypes
import JSON

extension Route {
    /// The row as an operation of the OpenAPI document.
    ///
    /// - Parameter errors: of its face.
    func operation(errors: ErrorContent) -> JSONValue {
        var members: JSONObject = ["summary": .string(summary), "operationId": .string(operationID)]
        if !parameters.isEmpty { members.append("parameters", .array(parameters.map(\.json))) }
        switch content {
        case .none: break
        case .json(let schema):
            members.append(
                "requestBody",
                ["required": true, "content": ["application/json": ["schema": OpenAPIDocument.reference(schema)]]])
        case .bytes(let mediaType):
            members.append(
                "requestBody",
                ["required": true, "content": [mediaType: ["schema": ["type": "string", "format": "binary"]]]])
        }
        members.append("responses", .object(responses(errors)))
        if role == nil { members.append("security", .array([])) }
        return .object(members)
    }

    private func responses(_ errors: ErrorContent) -> JSONObject {
        var success: JSONObject = ["description": .string(summary)]
        if answer.status != 204 {
            let schema = answer.schema.map(OpenAPIDocument.reference) ?? ["type": "string"]
            success.append(
                "content", .object(JSONObject(answer.mediaTypes.map { (key: $0, value: ["schema": schema]) })))
        }
        var responses: JSONObject = [String(answer.status): .object(success)]
        for status in Set((role == nil ? [] : [401, 429]) + [403, 421, 500] + problems).sorted() {
            responses.append(
                String(status),
                [
                    "description": .string(errors.description),
                    "content": [errors.mediaType: ["schema": OpenAPIDocument.reference(errors.schema)]],
                ])
        }
        return responses
    }

    private var operationID: String {
        method.rawValue.lowercased()
            + path.split(separator: "/").map { $0.filter { $0 != "{" && $0 != "}" }.capitalizedFirst }.joined()
    }
}

extension Route.Parameter {
    fileprivate var json: JSONValue {
        switch self {
        case .path(let name, let text):
            [
                "name": .string(name), "in": "path", "required": true, "description": .string(text),
                "schema": ["type": "string"],
            ]
        case .query(let name, let text, let schema):
            ["name": .string(name), "in": "query", "description": .string(text), "schema": schema]
        case .content(let name, let text, let schema):
            [
                "name": .string(name), "in": "query", "description": .string(text),
                "content": ["application/json": ["schema": OpenAPIDocument.reference(schema)]],
            ]
        case .header(let name, let text):
            ["name": .string(name), "in": "header", "description": .string(text), "schema": ["type": "string"]]
        }
    }
}

extension String {
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
