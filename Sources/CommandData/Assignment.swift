package import JSON

/// `--set training.epochs=5`: puts a value into a request, making the objects on the way.
package enum Assignment {
    /// - Parameters:
    ///   - text: NAME=VALUE, the name's members separated by points. What is not JSON is a string.
    ///   - request: gets the value; what is not an object on the way is replaced by one.
    /// - Throws: `InputError` where there is no name or no value.
    package static func apply(_ text: String, to request: inout JSONObject) throws(InputError) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts[0].isEmpty else {
            throw InputError(description: "--set \(text): expected NAME=VALUE")
        }
        let value = (try? JSONParser.parse(parts[1])) ?? .string(parts[1])
        set(parts[0].split(separator: ".").map(String.init)[...], value, &request)
    }

    private static func set(_ path: ArraySlice<String>, _ value: JSONValue, _ object: inout JSONObject) {
        guard let key = path.first else { return }
        if path.count == 1 {
            object[key] = value
        } else {
            var inner = object[key]?.object ?? JSONObject()
            set(path.dropFirst(), value, &inner)
            object[key] = .object(inner)
        }
    }
}
