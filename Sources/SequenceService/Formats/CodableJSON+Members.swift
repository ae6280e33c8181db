package import JSON

extension CodableJSON {
    /// Reads a member as its type writes it. What the type would not write is an unknown field, as everywhere in
    /// requests.
    package static func read<T: Codable>(_ type: T.Type, _ key: String, _ reader: JSONReader) -> T? {
        guard let json = reader.value(key) else { return nil }
        let pointer = JSONPointer.appending(key, to: reader.pointer)
        guard json.object != nil else {
            reader.fault(key, "expected an object, found \(json.found)")
            return nil
        }
        do {
            let result = try decode(type, from: json)
            refuseUnknown(json, like: try value(of: result), at: pointer, reader)
            return result
        } catch let error as DecodingError {
            let (path, detail) = facts(error)
            reader.addFault(
                path.reduce(pointer) { JSONPointer.appending($1.intValue.map(String.init) ?? $1.stringValue, to: $0) },
                detail)
        } catch {
            reader.fault(key, "does not read: \(error)")
        }
        return nil
    }

    private static func refuseUnknown(
        _ json: JSONValue, like known: JSONValue, at pointer: String, _ reader: JSONReader
    ) {
        guard let members = json.object?.members, let known = known.object else { return }
        for (key, value) in members where !value.isNull {
            let place = JSONPointer.appending(key, to: pointer)
            if let like = known[key] {
                refuseUnknown(value, like: like, at: place, reader)
            } else {
                let guess = Spelling.closest(to: key, among: known.keys).map { ", did you mean '\($0)'?" } ?? ""
                reader.addFault(place, "unknown field '\(key.prefix(64))'\(guess)\(UnusualCharacters.note(key))")
            }
        }
    }

    private static func facts(_ error: DecodingError) -> (path: [any CodingKey], detail: String) {
        switch error {
        case .keyNotFound(let key, let context): (context.codingPath + [key], "required")
        case .valueNotFound(_, let context): (context.codingPath, "required")
        case .typeMismatch(_, let context), .dataCorrupted(let context): (context.codingPath, context.debugDescription)
        @unknown default: ([], "does not read")
        }
    }
}
