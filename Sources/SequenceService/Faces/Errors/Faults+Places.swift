package import SequenceModels

extension Faults {
    /// The same faults with the places of a request that calls its members otherwise, each fault once.
    ///
    /// - Parameter places: a pointer as the services have it → the request's; of what is below it, too.
    package func placed(_ places: [String: String]) -> Faults {
        var placed: [Fault] = []
        for fault in list {
            let end = fault.pointer.dropFirst().firstIndex(of: "/") ?? fault.pointer.endIndex
            let own = places[String(fault.pointer[..<end])].map { $0 + fault.pointer[end...] }
            let moved = Fault(pointer: own ?? fault.pointer, detail: fault.detail)
            if !placed.contains(moved) { placed.append(moved) }
        }
        return Faults(list: placed)
    }
}
