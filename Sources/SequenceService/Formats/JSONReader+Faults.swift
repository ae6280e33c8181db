package import JSON
import ModelFiles
package import SequenceModels

extension JSONReader {
    /// The reader of a request, which must be an object.
    package convenience init(request: JSONValue) throws(Faults) {
        guard let object = request.object else {
            throw Faults(list: [Fault(pointer: "", detail: "expected an object, found \(request.found)")])
        }
        self.init(object)
    }

    /// Further faults would not be listed, so looking for them is a waste.
    package var isFull: Bool { faults.count >= Self.faultCountMax }

    /// - Throws: all faults found, if there are any.
    package func check() throws(Faults) {
        if !faults.isEmpty { throw Faults(list: faults.map { Fault(pointer: $0.pointer, detail: $0.detail) }) }
    }

    /// A name of a model or label.
    package func name(_ key: String) -> String? {
        guard let name = string(key, required: true) else { return nil }
        guard ModelName.isValid(name) else {
            fault(key, "must match \(ModelName.pattern)\(UnusualCharacters.note(name))")
            return nil
        }
        return name
    }

    /// A whole number of at least 0; nil if it is missing or after noting a fault.
    package func seed(_ key: String) -> UInt64? { int(key, in: 0...Int.max).map { UInt64($0) } }

    /// Refuses members that the contract has and this version does not read.
    package func refuse(_ keys: String...) {
        for key in keys where has(key) { fault(key, "is not supported yet; leave the field out") }
    }

    /// A model as a client names it; nil after noting a fault, also where it is missing.
    package func modelReference(_ key: String) -> ModelReference? {
        guard let text = string(key, required: true) else { return nil }
        guard let reference = ModelReference(text) else {
            fault(key, ModelReference.rule + UnusualCharacters.note(text))
            return nil
        }
        return reference
    }
}
