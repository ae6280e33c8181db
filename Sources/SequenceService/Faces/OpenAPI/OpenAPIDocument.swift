import HTTPTypes
package import JSON

/// The contract for programs (OpenAPI 3.1), from the rows of the faces.
package enum OpenAPIDocument {
    /// What the product is for.
    static let purpose = "Trains recurrent sequence models and serves them."

    /// The whole document.
    package static let json: JSONValue = [
        "openapi": "3.1.0",
        "info": [
            "title": "Rondo", "version": .string(ServiceVersion.number),
            "description": .string(purpose),
        ],
        // Where the server has keys, each operation needs one, unless it says that it needs none.
        "security": [["key": []]],
        "paths": .object(paths),
        "components": [
            "schemas": .object(schemas),
            "securitySchemes": [
                "key": [
                    "type": "http", "scheme": "bearer",
                    "description": .string(
                        "A key of the role predict, train or admin. What belongs to another tenant than the key's is "
                            + "answered as what does not exist (404); an admin key without a tenant sees all."),
                ]
            ],
        ],
    ]

    /// A place in the document's list of schemas.
    static func reference(_ schema: String) -> JSONValue { ["$ref": .string("#/components/schemas/" + schema)] }

    private static var paths: JSONObject {
        var paths = JSONObject()
        for face in FaceTable.faces { append(face, to: &paths) }
        return paths
    }

    private static func append<F: Face>(_ face: F.Type, to paths: inout JSONObject) {
        for route in F.routes {
            var path = paths[route.path]?.object ?? JSONObject()
            path.append(route.method.rawValue.lowercased(), route.operation(errors: F.errorContent))
            paths[route.path] = .object(path)
        }
    }

    private static var schemas: JSONObject {
        var schemas = JSONObject()
        for face in FaceTable.faces { schemas.merge(face.schemas) }
        return schemas
    }
}
