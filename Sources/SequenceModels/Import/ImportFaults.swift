/// A tensor of a file whose elements are none that a network is made of: a counter, a flag, quantised numbers.
package struct UnreadTensor: Sendable {
    /// As in the file.
    package let name: String
    /// What its elements are, as the file says it.
    package let type: String
    /// The types that are read, in words.
    package let readTypes: String

    /// - Parameters: as the members of the same names.
    package init(name: String, type: String, readTypes: String) {
        self.name = name
        self.type = type
        self.readTypes = readTypes
    }

    /// What is said where it is not left out.
    var fault: Fault {
        ImportFaults.tensor(
            name,
            "its type is \(type.prefix(20)); weights are \(readTypes). If it is none of the network's, leave it out: "
                + ImportFaults.leavingOut(name))
    }
}

/// Faults of files of weights. Their pointers are `/tensors/` and the tensor's name.
enum ImportFaults {
    static func tensor(_ name: String, _ detail: String) -> Fault {
        Fault(pointer: "/tensors/" + Fault.escaped(name), detail: "the tensor '\(name)': \(detail)")
    }

    /// The settings that leave a tensor out.
    static func leavingOut(_ name: String) -> String { #"{"names": {"\#(name.prefix(80))": null}}"# }

    /// A fault of the settings of a training, or of a model's description, where the settings of an import have the
    /// same.
    static func placed(_ fault: Fault) -> Fault {
        let places: [(from: String, to: String)] = [
            ("/settings/training/window", "/window"), ("/training/window", "/window"), ("/settings/", "/"),
        ]
        guard let place = places.first(where: { fault.pointer.hasPrefix($0.from) }) else { return fault }
        return Fault(pointer: place.to + fault.pointer.dropFirst(place.from.count), detail: fault.detail)
    }
}
