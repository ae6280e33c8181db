package import JSON
package import SequenceModels

/// Reads options of a request by their rows. Only types and words are checked here; whether the values make sense for
/// the data is for the planner to say.
package enum SettingsReader {
    /// The options of a training.
    package static func read(_ reader: JSONReader) -> SettingsRequest {
        SettingsRequest(values: values(SettingsOptions.members, reader))
    }

    /// `network`, of a training and of an import.
    static func network(_ reader: JSONReader) -> NetworkRequest {
        NetworkRequest(values: values(NetworkOptions.members, reader))
    }

    /// The fields of a prediction.
    static func prediction(_ reader: JSONReader) -> RequestedOptions<PredictionOptions> {
        RequestedOptions(values: values(PredictionOptions.members, reader))
    }

    private static func values(_ members: [OptionMember], _ reader: JSONReader) -> OptionValues {
        var result = OptionValues()
        for member in members {
            switch member {
            case .option(let row):
                if let value = value(row, reader) { result[row] = value }
            case .group(let group):
                if let inner = reader.object(group.name, { values(group.members, $0) }) {
                    result.put(inner, in: group)
                }
            }
        }
        return result
    }

    private static func value(_ row: OptionRow, _ reader: JSONReader) -> (any OptionValue)? {
        if row.isAlsoObject, reader.value(row.name)?.object != nil { return nil }
        switch row.form {
        case .flag: return reader.bool(row.name)
        case .whole: return reader.int(row.name)
        case .number: return reader.double(row.name)
        case .word(let words): return reader.choice(row.name, among: words).flatMap { row.value(of: $0) }
        case .levels: return reader.doubles(row.name)
        case .seed: return reader.seed(row.name)
        case .texts: return reader.strings(row.name)
        case .text: return reader.string(row.name)
        case .wholes: return reader.ints(row.name)
        case .classWeights: return classWeights(row.name, reader)
        }
    }

    /// `"balanced"`, or an object label → weight.
    private static func classWeights(_ name: String, _ reader: JSONReader) -> ClassWeights? {
        guard let value = reader.value(name) else { return nil }
        if value.asString == "balanced" { return .balanced }
        guard value.object != nil else {
            reader.fault(name, "expected \"balanced\" or an object of label and weight")
            return nil
        }
        return reader.object(name) { weights in
            var result: [String: Double] = [:]
            for (label, _) in weights.source.members { result[label] = weights.double(label) }
            return .byLabel(result)
        }
    }
}
