/// Faults of files of weights. Their pointers are `/tensors/` and the tensor's name.
enum ImportFaults {
    static func tensor(_ name: String, _ detail: String) -> Fault {
        Fault(pointer: "/tensors/" + Fault.escaped(name), detail: "the tensor '\(name)': \(detail)")
    }

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
