/// Faults of files of weights. Their pointers are `/tensors/` and the tensor's name.
enum ImportFaults {
    static func tensor(_ name: String, _ detail: String) -> Fault {
        Fault(pointer: "/tensors/" + Fault.escaped(name), detail: "the tensor '\(name)': \(detail)")
    }
}
