import HTTPTypes
package import JSON

/// The contract for programs (OpenAPI 3.1), from the rows of the faces.
package enum OpenAPIDocument {
    /// What the product is for.
    static let purpose = "Trains recurrent sequence models and serves them."

    /// The whole document.
    ///
    /// - Parameter limits: of the server, which some schemas state.
    package static func json(_ limits: ServiceLimits = ServiceLimits()) -> JSONValue {
        [
            "openapi": "3.1.0",
            "info": [
                "title": "Rondo", "version": .string(ServiceVersion.number), "summary": .string(purpose),
                "description": .string(
                    "Bodies are JSON. Every error is a problem of RFC 9457, with a JSON Pointer to each fault of a "
                        + "request; forecasts in the form of another protocol have errors of its form, but for what "
                        + "the HTTP server itself refuses. Unknown members of requests and unknown query parameters "
                        + "are refused; null stands for an optional member that is absent. Answers may get more "
                        + "members in later versions."),
            ],
            "servers": [
                ["url": "/", "description": "The server that this document is from."],
                [
                    "url": "http://{host}:{port}", "description": "A server on this machine.",
                    "variables": ["host": ["default": "localhost"], "port": ["default": "8080"]],
                ],
            ],
            "tags": .array(tags),
            // Where the server has keys, each operation needs one, unless it says that it needs none.
            "security": [["key": []], [:]],
            "paths": .object(paths(limits)),
            "components": [
                "schemas": .object(schemas(limits)),
                "securitySchemes": [
                    "key": [
                        "type": "http", "scheme": "bearer",
                        "description": .string(
                            "A key of the role predict, train or admin; a server that only this machine can reach may "
                                + "have none. What belongs to another tenant than the key's is answered as what does "
                                + "not exist (404); an admin key without a tenant sees all."),
                    ]
                ],
            ],
        ]
    }

    /// A place in the document's list of schemas.
    static func reference(_ schema: String) -> JSONValue { ["$ref": .string("#/components/schemas/" + schema)] }

    private static var tags: [JSONValue] {
        FaceTable.faces.flatMap { face in
            face.tags.map { ["name": .string($0.name), "description": .string($0.text)] }
        }
    }

    private static func paths(_ limits: ServiceLimits) -> JSONObject {
        var paths = JSONObject()
        for face in FaceTable.faces { append(face, limits, to: &paths) }
        return paths
    }

    private static func append<F: Face>(_ face: F.Type, _ limits: ServiceLimits, to paths: inout JSONObject) {
        let examples = F.examples
        for route in F.routes(limits) {
            var path = paths[route.path]?.object ?? JSONObject()
            path.append(
                route.method.rawValue.lowercased(),
                route.operation(errors: F.errorContent, examples: examples, limits: limits))
            paths[route.path] = .object(path)
        }
    }

    private static func schemas(_ limits: ServiceLimits) -> JSONObject {
        var schemas = JSONObject()
        for face in FaceTable.faces { schemas.merge(face.schemas(limits)) }
        return schemas
    }
}
