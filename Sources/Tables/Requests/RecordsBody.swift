package import JSON

/// An object with the records of a table, what is said of its columns, and whatever else a request says:
///
///     {"records": [{"date": …, "sales": …}, …], "time": "date", "target": "sales", "model": "shop", …}
package struct RecordsBody: Sendable {
    /// The member that has the records.
    package static let member = "records"
    /// The member that has those of the time to come, of which no target is known.
    package static let futureMember = "future_records"
    /// What is said of the columns stands in these members; separators and headers are of texts.
    package static let options = TableOption.allCases.filter { $0 != .separator && $0 != .header }

    /// Each of them a row.
    package let records: [JSONValue]
    /// Rows behind them.
    package let future: [JSONValue]
    /// The members that are not the table's.
    package private(set) var request = JSONObject()

    /// Whether an object has records.
    package static func isOne(_ object: JSONObject) -> Bool { object[member].map { !$0.isNull } ?? false }

    /// - Parameters:
    ///   - input: gets what the members say of the table; what it says itself must be the same.
    ///   - isPrediction: rows of the time to come may be apart.
    /// - Throws: `RecordsFaults`.
    package init(_ object: JSONObject, into input: inout TableInput, isPrediction: Bool) throws(RecordsFaults) {
        let reader = JSONReader(object)
        records = Self.rows(Self.member, reader)
        future = isPrediction && object[Self.futureMember] != nil ? Self.rows(Self.futureMember, reader) : []
        for (key, value) in object.members where key != Self.member && (key != Self.futureMember || !isPrediction) {
            guard let option = TableOption(rawValue: key), Self.options.contains(option) else {
                if ["sequences", "sequence", "text", "prompt"].contains(key), !value.isNull {
                    reader.fault(key, "give \(key) or records, not both")
                }
                request.append(key, value)
                continue
            }
            if !value.isNull { Self.take(option, value, reader, into: &input) }
        }
        guard reader.faults.isEmpty else { throw RecordsFaults(list: reader.faults) }
    }

    private static func rows(_ key: String, _ reader: JSONReader) -> [JSONValue] {
        guard let value = reader.value(key) else { return [] }
        guard case .array(let rows) = value, !rows.isEmpty else {
            reader.fault(key, "expected an array with at least one record")
            return []
        }
        return rows
    }

    private static func take(
        _ option: TableOption, _ value: JSONValue, _ reader: JSONReader, into input: inout TableInput
    ) {
        let key = option.rawValue, said = input.said[option]
        if option.role != nil {
            guard let names = value.asString.map({ [$0] }) ?? value.asStrings else {
                return reader.fault(key, "expected the name of a column, or several, found \(value.found)")
            }
            input.take(option, names: names)
        } else {
            guard let text = value.asString else { return reader.fault(key, "expected a word, found \(value.found)") }
            do {
                try input.take(option, text)
            } catch {
                return reader.fault(key, error.description)
            }
        }
        if let said, said != input.said[option] {
            reader.fault(key, "\(said.joined(separator: ",")) is said beside the body: say it once")
        }
    }
}

/// Faults of a body, each with its place.
package struct RecordsFaults: Error, Sendable, CustomStringConvertible {
    /// At least one.
    package let list: [JSONFault]

    package var description: String {
        list.map { $0.pointer.isEmpty ? $0.detail : "\($0.pointer): \($0.detail)" }.joined(separator: "; ")
    }
}

/// A table of any source, with the places that its client knows.
package struct RequestTable: Sendable {
    /// In columns.
    package let table: Table
    /// nil: it was a text.
    package let origin: RecordOrigin?

    /// - Parameter origin: nil for a text.
    package init(_ table: Table, origin: RecordOrigin? = nil) { (self.table, self.origin) = (table, origin) }

    /// As `TableRequest.members`.
    ///
    /// - Throws: `TableDoubt`, `TableFault`.
    package func members(_ input: TableInput) throws -> (JSONObject, roles: RoleNames) {
        do {
            return try TableRequest(table, input).members()
        } catch let error as TableError {
            throw TableFault(error, of: origin)
        }
    }
}
