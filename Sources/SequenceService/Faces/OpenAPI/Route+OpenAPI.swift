import HTTPTypes
import JSON

extension Route {
    /// The row as an operation of the OpenAPI document.
    ///
    /// - Parameters:
    ///   - errors: of its face.
    ///   - examples: bodies by the name of their schema.
    ///   - limits: of the server.
    func operation(errors: ErrorContent, examples: [String: JSONValue], limits: ServiceLimits) -> JSONValue {
        var members: JSONObject = [
            "operationId": .string(id), "tags": [.string(tag)], "summary": .string(summary),
        ]
        let all = parameters.map(\.json) + (settings.isEmpty ? [] : [settingsParameter])
        if !all.isEmpty { members.append("parameters", .array(all)) }
        if let body = requestBody(examples, sizeBytesMax: limits[keyPath: bodySizeBytesMax]) {
            members.append("requestBody", body)
        }
        members.append("responses", .object(responses(errors, examples)))
        if role == nil { members.append("security", .array([])) }
        return .object(members)
    }

    /// Any of the members that the query takes, each a parameter of its own.
    private var settingsParameter: JSONValue {
        [
            "name": "settings", "in": "query", "required": false, "style": "form", "explode": true,
            "description": "Beside a table: members of the request by their names, those within others with points.",
            "schema": [
                "type": "object", "additionalProperties": false,
                "properties": .object(JSONObject(settings.map { (key: $0, value: ["type": "string"]) })),
            ],
        ]
    }

    private func requestBody(_ examples: [String: JSONValue], sizeBytesMax: Int) -> JSONValue? {
        let content: JSONObject
        switch self.content {
        case .none: return nil
        case .json(let schema, let lines):
            var media: JSONObject = ["application/json": Self.json(schema, examples)]
            if let lines { media.append(Self.linesType, Self.lines(lines, examples)) }
            content = media
        case .data(let schema):
            content = Self.tables(JSONObject([(key: "application/json", value: Self.json(schema, examples))]), examples)
        case .bytes(let mediaType): content = [mediaType: ["schema": Self.binary]]
        }
        return [
            "required": true, "description": .string("At most \(sizeBytesMax) bytes."), "content": .object(content),
        ]
    }

    /// A body that may be a table as well.
    private static func tables(_ json: JSONObject, _ examples: [String: JSONValue]) -> JSONObject {
        var content = json
        for type in TableBody.types where type != "application/json" {
            content.append(type, type.hasPrefix("text/") ? table : lines("RecordRow", examples))
        }
        return content
    }

    private static var table: JSONValue {
        [
            "schema": ["type": "string", "description": "A table, with a row of names."],
            "example": "date,sales\n2026-01-01,12.5\n2026-01-02,11\n",
        ]
    }

    private static func json(_ schema: String, _ examples: [String: JSONValue]) -> JSONValue {
        var media: JSONObject = ["schema": OpenAPIDocument.reference(schema)]
        if let example = examples[schema] { media.append("example", example) }
        return .object(media)
    }

    private static var binary: JSONValue { ["type": "string", "format": "binary"] }

    private func responses(_ errors: ErrorContent, _ examples: [String: JSONValue]) -> JSONObject {
        var responses = JSONObject()
        for answer in answers { responses.append(String(answer.status), response(answer, examples)) }
        let statuses = OpenAPIResponses.statuses(hasRole: role != nil, hasContent: content.isNeeded, own: problems)
        for status in statuses {
            // What the HTTP server refuses is told by the native face, whichever face's the route is.
            let server = NativeFace.errorContent, isServers = OpenAPIResponses.ofServer.contains(status)
            var content: JSONObject = [errors.mediaType: ["schema": OpenAPIDocument.reference(errors.schema)]]
            if isServers { content[server.mediaType] = ["schema": OpenAPIDocument.reference(server.schema)] }
            var response: JSONObject = [
                "description": .string(OpenAPIResponses.text(status)), "content": .object(content),
            ]
            if status == 429 || status == 503 { response.append("headers", Self.headers([.retryAfter])) }
            responses.append(String(status), .object(response))
        }
        return responses
    }

    private func response(_ answer: Answer, _ examples: [String: JSONValue]) -> JSONValue {
        var response: JSONObject = ["description": .string(answer.text ?? summary)]
        if !answer.fields.isEmpty { response.append("headers", Self.headers(answer.fields)) }
        var content = JSONObject()
        for body in answer.bodies {
            switch body {
            case .json(let schema): content.append("application/json", Self.json(schema, examples))
            case .events(let schema):
                let isExample = examples[schema]
                content.append("application/x-ndjson", Self.events(schema, "JSON lines", isExample) { "\($0)\n" })
                content.append(
                    "text/event-stream",
                    Self.events(schema, "Server-Sent Events: the data of each", isExample) { "id: 1\ndata: \($0)\n\n" })
            case .lines(let schema): content.append(Self.linesType, Self.lines(schema, examples))
            case .table: content.append("text/csv", Self.table)
            case .bytes: content.append("application/octet-stream", ["schema": Self.binary])
            case .text: content.append("text/plain", ["schema": ["type": "string"]])
            }
        }
        if !content.isEmpty { response.append("content", .object(content)) }
        return .object(response)
    }

    private static var linesType: String { "application/jsonlines" }

    private static func lines(_ schema: String, _ examples: [String: JSONValue]) -> JSONValue {
        events(schema, "JSON lines", examples[schema]) { "\($0)\n" }
    }

    /// A text of events: OpenAPI 3.1 has no word for a stream, so the schema is that of each event in it.
    private static func events(
        _ schema: String, _ form: String, _ example: JSONValue?, _ written: (String) -> String
    ) -> JSONValue {
        var media: JSONObject = [
            "schema": [
                "type": "string", "description": .string("\(form), each a \(schema)."),
                "contentMediaType": "application/json", "contentSchema": OpenAPIDocument.reference(schema),
            ]
        ]
        if let example { media.append("example", .string(written(example.text))) }
        return .object(media)
    }

    private static func headers(_ fields: [AnswerField]) -> JSONValue {
        .object(
            JSONObject(
                fields.map { field in
                    (
                        key: field.rawValue,
                        value: [
                            "description": .string(field.text),
                            "schema": ["type": field == .retryAfter ? "integer" : "string"],
                        ]
                    )
                }))
    }
}

extension Route.Parameter {
    fileprivate var json: JSONValue {
        var members: JSONObject = [
            "name": .string(name), "in": .string(place.rawValue), "required": .bool(place == .path),
            "description": .string(text),
        ]
        if isJSON {
            var media: JSONObject = ["schema": schema]
            if let example { media.append("example", example) }
            members.append("content", ["application/json": .object(media)])
        } else {
            members.append("schema", schema)
            if let example { members.append("example", example) }
        }
        return .object(members)
    }
}
