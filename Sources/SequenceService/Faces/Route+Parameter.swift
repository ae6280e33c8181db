import JSON

extension Route {
    /// A parameter of a request, as it is read and as the document tells it.
    struct Parameter: Sendable {
        /// Where it stands.
        enum Place: String, Sendable { case path, query, header }

        let place: Place
        let name: String
        let text: String
        /// What its value may be.
        let schema: JSONValue
        /// The value is JSON itself.
        let isJSON: Bool
        let example: JSONValue?

        /// A capture of the path.
        static func path(_ name: String, _ text: String, _ schema: JSONValue, example: JSONValue) -> Parameter {
            Parameter(place: .path, name: name, text: text, schema: schema, isJSON: false, example: example)
        }

        static func query(_ name: String, _ text: String, _ schema: JSONValue, example: JSONValue? = nil) -> Parameter {
            Parameter(place: .query, name: name, text: text, schema: schema, isJSON: false, example: example)
        }

        /// A query parameter that is JSON itself.
        ///
        /// - Parameter schema: its name.
        static func content(_ name: String, _ text: String, _ schema: String, example: JSONValue? = nil) -> Parameter {
            Parameter(
                place: .query, name: name, text: text, schema: OpenAPIDocument.reference(schema), isJSON: true,
                example: example)
        }

        static func header(_ name: String, _ text: String, _ schema: JSONValue, example: JSONValue? = nil) -> Parameter
        {
            Parameter(place: .header, name: name, text: text, schema: schema, isJSON: false, example: example)
        }
    }
}
