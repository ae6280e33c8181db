package import JSON
import ModelFiles
package import SequenceModels
package import Tables

/// What the query of a request says beside a body that is a table: of its columns, by the names that the command line
/// has for them, and the members of the request, with points in the names of those within others: `model`,
/// `forecast.horizon`.
package struct QuerySettings: Sendable {
    /// Of columns and cells.
    package private(set) var input = TableInput()
    /// The members of the request.
    package private(set) var members = JSONObject()
    /// What was given, in the order of the query, but for what no body needs.
    package private(set) var given: [(name: String, value: String)] = []

    /// Members of a request that are texts, and no options of a model.
    private static let texts: Set<String> = ["model", "from", "promote", "weights"]

    /// The parameters of a training, beside those that say what a table is.
    package static let training: [String] = ["model", "from", "promote", "frequency"] + names(SettingsOptions.members)
    /// Those of a prediction.
    package static let prediction: [String] = ["model", "weights", "stream"] + names(PredictionOptions.members)
    /// What of a table is said by a parameter.
    package static let table: [String] = TableOption.allCases.flatMap {
        [$0.rawValue] + [$0.otherName].compactMap(\.self)
    }

    /// - Parameters:
    ///   - query: names and values, each name once, all of them known to the route.
    ///   - isPrediction: of `POST /predict`.
    /// - Throws: `RequestError.badRequest` for a value that an option of tables does not take.
    package init(_ query: [(name: String, value: String)], isPrediction: Bool) throws(RequestError) {
        let forms = Self.forms(isPrediction ? PredictionOptions.members : SettingsOptions.members)
        for (name, value) in query where name != "validate_only" {
            given.append((name, value))
            if let option = TableOption(name: name) {
                do {
                    try input.take(option, value)
                } catch {
                    throw .badRequest("query parameter \"\(name)\": \(error)")
                }
                continue
            }
            let path = name == "frequency" && !isPrediction ? "forecast.frequency" : name
            let member = Self.texts.contains(path) ? .string(value) : Self.value(value, forms[path])
            Self.set(path.split(separator: ".").map(String.init)[...], member, &members)
        }
        input.isPrediction = isPrediction
    }

    /// The names of options, with those of their groups before them.
    private static func names(_ members: [OptionMember]) -> [String] {
        forms(members).keys.sorted()
    }

    private static func forms(_ members: [OptionMember], _ before: String = "") -> [String: OptionForm] {
        var forms: [String: OptionForm] = [:]
        for member in members {
            switch member {
            case .option(let row): forms[before + row.name] = row.form
            case .group(let group):
                forms.merge(Self.forms(group.members, before + group.name + ".")) { first, _ in first }
            }
        }
        return forms
    }

    /// A text as the form has it; what does not read is left to the reader of the request, which names it.
    private static func value(_ text: String, _ form: OptionForm?) -> JSONValue {
        let json = try? JSONParser.parse(text)
        switch form {
        case .word, .text: return .string(text)
        case .texts: return json?.elements == nil ? .string(text) : json ?? .string(text)
        case .levels, .wholes:
            // 0.1,0.5,0.9 without brackets.
            return (json?.elements == nil ? try? JSONParser.parse("[\(text)]") : json) ?? .string(text)
        case .flag, .whole, .number, .seed, .classWeights, nil: return json ?? .string(text)
        }
    }

    private static func set(_ path: ArraySlice<String>, _ value: JSONValue, _ object: inout JSONObject) {
        guard let key = path.first else { return }
        guard path.count > 1 else { return object[key] = value }
        var inner = object[key]?.object ?? JSONObject()
        set(path.dropFirst(), value, &inner)
        object[key] = .object(inner)
    }

    /// The digest of a request, of the body's: two with other queries are other requests.
    func digest(with body: String) -> String {
        guard !given.isEmpty else { return body }
        let pairs = given.sorted { $0.name < $1.name }.map { "\n\($0.name)=\($0.value)" }
        return SHA256.hex(Array((body + pairs.joined()).utf8))
    }

    /// The body says that tabs are between cells.
    mutating func assumeTabs() { input.reading.separator = UInt8(ascii: "\t") }

    /// Takes what an object with records says of its table.
    ///
    /// - Throws: `Faults`.
    mutating func take(_ object: JSONObject) throws(Faults) -> RecordsBody {
        do throws(RecordsFaults) {
            return try RecordsBody(object, into: &input, isPrediction: input.isPrediction)
        } catch {
            throw Faults(list: error.list.map { Fault(pointer: $0.pointer, detail: $0.detail) })
        }
    }

    /// The members of a body with those of the query.
    ///
    /// - Throws: `Faults` for what both say, and not the same.
    package func merged(into body: JSONObject) throws(Faults) -> JSONObject {
        var merged = body, faults: [Fault] = []
        Self.merge(members, into: &merged, at: "", &faults)
        if !faults.isEmpty { throw Faults(list: faults) }
        return merged
    }

    private static func merge(
        _ members: JSONObject, into body: inout JSONObject, at pointer: String, _ faults: inout [Fault]
    ) {
        for (key, value) in members.members {
            let place = JSONPointer.appending(key, to: pointer)
            guard let own = body[key], !own.isNull else {
                body[key] = value
                continue
            }
            if let inner = value.object, var object = own.object {
                merge(inner, into: &object, at: place, &faults)
                body[key] = .object(object)
            } else if own != value {
                faults.append(
                    Fault(
                        pointer: place,
                        detail: "the query says \(value.text), the body \(own.text.prefix(64)): say it once"))
            }
        }
    }
}
