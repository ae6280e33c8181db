import JSON
package import SequenceModels
package import Tables

/// Where faults of a table are, in the words of its client: rows are lines of a text or records of a body, and the
/// series that were made of them have ids.
package struct TablePlaces: Sendable {
    /// What the rows are.
    package enum Rows: Sendable, Equatable {
        /// Lines, from 1.
        case lines
        /// Elements of the array at a JSON Pointer, from 0.
        case records(String)
    }

    private let rows: Rows
    /// Of the records before those of the time to come.
    private let recordCount: Int
    private var ids: [String?] = []

    init(_ rows: Rows, recordCount: Int = .max) { (self.rows, self.recordCount) = (rows, recordCount) }

    /// With the ids of the series that were made.
    func of(_ sequences: JSONValue?) -> TablePlaces {
        var places = self
        if case .array(let sequences)? = sequences { places.ids = sequences.map { $0.object?["id"]?.asString } }
        return places
    }

    /// The pointer of a row, "" for lines.
    func pointer(_ fault: TableFault) -> String {
        guard case .records(let root) = rows, let row = fault.row else { return "" }
        let place =
            row < recordCount
            ? JSONPointer.appending(row, to: root)
            : JSONPointer.appending(row - recordCount, to: "/" + RecordsBody.futureMember)
        return fault.column.map { JSONPointer.appending($0, to: place) } ?? place
    }

    /// The line of a fault; nil where rows are none.
    func line(_ fault: TableFault) -> Int? { rows == .lines ? fault.row : nil }

    /// Faults of the request that the table became: what is below its sequences is of a series, and of a column.
    package func placed(_ faults: Faults) -> Faults {
        Faults(
            list: faults.list.map { fault in
                let tokens = JSONPointer.tokens(fault.pointer) ?? []
                guard tokens.first == "sequences", let index = tokens.dropFirst().first.flatMap({ Int($0) }) else {
                    return fault.pointer == "/sequences" ? Fault(pointer: "", detail: fault.detail) : fault
                }
                let id = ids.indices.contains(index) ? ids[index] : nil
                let name = ids.count == 1 && id == nil ? nil : "series \(id ?? String(index + 1))"
                let column = tokens.count > 3 && Int(tokens[3]) == nil ? "column \(tokens[3])" : nil
                let place = [name, column].compactMap(\.self).joined(separator: ", ")
                return Fault(pointer: "", detail: place.isEmpty ? fault.detail : "\(place): \(fault.detail)")
            })
    }
}

/// A fault of a table, with the places of its client.
package struct TableFaults: Error, Sendable, CustomStringConvertible {
    /// What is wrong.
    package let fault: TableFault
    /// Whose rows are named.
    package let places: TablePlaces

    init(_ fault: TableFault, _ places: TablePlaces) { (self.fault, self.places) = (fault, places) }

    package var description: String {
        let pointer = places.pointer(fault)
        return pointer.isEmpty ? fault.description(unit: "line") : "\(pointer): \(fault.detail)"
    }
}
