package import JSON
import ModelFiles
package import SequenceModels

/// Reads the body of `POST /models/{name}/labels`: `{"stable": 3}` sets, `{"beta": null}` removes.
package enum LabelsBody {
    /// - Parameter countMax: labels of one request: as many as a model may have.
    /// - Throws: every fault found, each with its JSON Pointer.
    package static func read(_ json: JSONValue, countMax: Int) throws(Faults) -> LabelChange {
        let reader = try JSONReader(request: json)
        var change = LabelChange()
        guard reader.source.count <= countMax else {
            throw Faults(list: [
                Fault(pointer: "", detail: "\(reader.source.count) labels in one request, at most \(countMax)")
            ])
        }
        for (label, value) in reader.source.members where !reader.isFull {
            guard ModelReference.isLabel(label) else {
                reader.fault(
                    label,
                    "a label must match \(ModelName.pattern) and not be a number\(UnusualCharacters.note(label))")
                continue
            }
            if value.isNull {
                change.removals.append(label)
            } else if let version = reader.int(label, in: 1...Int.max) {
                change.settings[label] = version
            }
        }
        if reader.source.isEmpty { reader.fault(nil, "needs at least one label, as in {\"stable\": 3}") }
        try reader.check()
        return change
    }
}
