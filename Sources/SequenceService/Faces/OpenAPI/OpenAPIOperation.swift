import JSON

/// One operation of the contract, as the OpenAPI document lists it.
struct OpenAPIOperation {
    enum Parameter {
        case path(String, String)
        case query(String, String, JSONValue)
        /// A query parameter that is JSON itself.
        case content(String, String, JSONValue)
        case header(String, String)

        var json: JSONValue {
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
                    "content": ["application/json": ["schema": schema]],
                ]
            case .header(let name, let text):
                ["name": .string(name), "in": "header", "description": .string(text), "schema": ["type": "string"]]
            }
        }
    }

    let method: String
    let path: String
    let summary: String
    var parameters: [Parameter] = []
    /// Name of a schema.
    var request: String?
    /// The media type of a body that is not JSON.
    var requestMediaType: String?
    /// Status of success, its media types, and the schema of the JSON one.
    var status = "200"
    var mediaTypes = ["application/json"]
    var answer: String?
    /// Whether no key is needed where keys are in use.
    var isOpen = false
    /// Statuses of problems besides 403 (also of pages of other origins), 421 and 500, and 401 and 429 of those that
    /// need a key.
    var problems: [String] = []

    var json: JSONValue {
        var members: JSONObject = ["summary": .string(summary), "operationId": .string(operationID)]
        if !parameters.isEmpty { members.append("parameters", .array(parameters.map(\.json))) }
        if let request {
            members.append(
                "requestBody", ["required": true, "content": ["application/json": ["schema": Self.reference(request)]]])
        }
        if let requestMediaType {
            members.append(
                "requestBody",
                ["required": true, "content": [requestMediaType: ["schema": ["type": "string", "format": "binary"]]]])
        }
        var success: JSONObject = ["description": .string(summary)]
        if status != "204" {
            success.append(
                "content",
                .object(
                    JSONObject(
                        mediaTypes.map {
                            (key: $0, value: ["schema": answer.map(Self.reference) ?? ["type": "string"]])
                        })))
        }
        var responses: JSONObject = [:]
        responses.append(status, .object(success))
        for problem in Set((isOpen ? [] : ["401", "429"]) + ["403", "421", "500"] + problems).sorted() {
            responses.append(
                problem,
                [
                    "description": "problem",
                    "content": ["application/problem+json": ["schema": Self.reference("Problem")]],
                ])
        }
        members.append("responses", .object(responses))
        if isOpen { members.append("security", .array([])) }
        return .object(members)
    }

    private var operationID: String {
        method + path.split(separator: "/").map { $0.filter { $0 != "{" && $0 != "}" }.capitalizedFirst }.joined()
    }

    static func reference(_ schema: String) -> JSONValue { ["$ref": .string("#/components/schemas/" + schema)] }
}

extension String {
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
