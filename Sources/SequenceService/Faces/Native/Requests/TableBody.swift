package import JSON
import SequenceModels
package import Tables

/// The body of a request, which is JSON, or a table as text or records.
///
///     application/json            a request, a request with "records", or an array of records
///     application/x-ndjson        a record a line; in a training also a sequence, pair or record of a series a line
///     text/csv                    a table, whatever its dialect
package struct TableBody: Sendable {
    /// JSON lines go by several names.
    private static let lineTypes = ["application/x-ndjson", "application/jsonl", "application/jsonlines"]
    private static let textTypes = ["text/csv", "text/tab-separated-values"]
    /// What a body may be.
    package static let types = ["application/json"] + lineTypes + textTypes

    /// Bytes of a cell: as a number, or as the end of a text.
    private static let cellSizeBytes = 8
    /// Bytes of the values of a cell: in a record, and as one of the lists that become examples.
    private static let valueSizeBytes = 40
    private static let pieceSizeBytes = 1 << 20

    /// What the rows are made of.
    private enum Source: Sendable {
        case text([UInt8])
        /// Of these, so many are before those of the time to come.
        case records(RecordTableBuilder, count: Int)
    }

    /// What is said of the table.
    package private(set) var input: TableInput
    /// The members of the request that are not the table's.
    package private(set) var request: JSONObject
    private let source: Source
    private let places: TablePlaces
    private let lease: MemoryLease

    /// What a body holds.
    package enum Content: Sendable {
        /// A request as it is.
        case request(JSONValue)
        case table(TableBody)
    }

    /// Reads a body.
    ///
    /// - Parameters:
    ///   - type: one of `types`.
    ///   - query: what the query says.
    /// - Throws: `JSONError`, `ServiceError`, `Faults`, `TableFaults`; `RequestError` for a query that says something
    ///   of a table where there is none.
    package static func read(
        _ bytes: [UInt8], type: String, _ query: QuerySettings, lease: MemoryLease
    ) throws -> Content {
        if lineTypes.contains(type) { return try lines(bytes, query, lease) }
        guard textTypes.contains(type) else {
            let heldBytes = lease.heldBytes
            let json = try BodyReader.json(bytes, lease), valueBytes = lease.heldBytes - heldBytes
            let content = try read(json, query, lease: lease)
            // The rows of a table are there in place of the values.
            if case .table = content { lease.giveBack(valueBytes) }
            return content
        }
        var query = query
        if type != textTypes[0], query.input.said[.separator] == nil { query.assumeTabs() }
        return .table(TableBody(.text(bytes), query, query.members, TablePlaces(.lines), lease))
    }

    /// Reads a body of JSON.
    ///
    /// - Throws: as the other.
    package static func read(_ json: JSONValue, _ query: QuerySettings, lease: MemoryLease) throws -> Content {
        if case .array(let rows) = json {
            guard let first = rows.first else { return .request(json) }
            guard RecordTableBuilder.isRecord(first) else {
                return try sequences(json, query, "the body has no records")
            }
            let places = TablePlaces(.records(""))
            return .table(TableBody(try records(rows, [], places, lease), query, query.members, places, lease))
        }
        guard let object = json.object, RecordsBody.isOne(object) else {
            try refuse(query, "this body is something else")
            return .request(json)
        }
        var said = query
        let body = try said.take(object)
        let places = TablePlaces(.records("/" + RecordsBody.member), recordCount: body.records.count)
        return .table(
            TableBody(
                try records(body.records, body.future, places, lease), said, try query.merged(into: body.request),
                places,
                lease))
    }

    private static func records(
        _ rows: [JSONValue], _ future: [JSONValue], _ places: TablePlaces, _ lease: MemoryLease
    ) throws -> Source {
        var builder = RecordTableBuilder()
        do throws(TableFault) {
            for (index, row) in rows.enumerated() { try builder.add(row, number: index) }
            for (index, row) in future.enumerated() { try builder.add(row, number: rows.count + index) }
        } catch {
            throw TableFaults(error, places)
        }
        try lease.take(builder.sizeBytes)
        return .records(builder, count: rows.count)
    }

    /// Lines that are records, or the sequences of a training. Records are rows as soon as they are read, and take no
    /// more memory than those.
    private static func lines(_ bytes: [UInt8], _ query: QuerySettings, _ lease: MemoryLease) throws -> Content {
        var builder = RecordTableBuilder(), sequences: [JSONValue] = [], counted = 0
        let places = TablePlaces(.lines)
        try BodyReader.forEachLine(bytes, lease) { number, json in
            let isRecord = RecordTableBuilder.isRecord(json)
            guard builder.count > 0 || isRecord && sequences.isEmpty else {
                if isRecord {
                    let detail = "a record of single values; the lines before are sequences"
                    throw TableFaults(TableFault(row: number, detail: detail), places)
                }
                sequences.append(json)
                return true
            }
            do throws(TableFault) {
                try builder.add(json, number: number)
            } catch {
                throw TableFaults(error, places)
            }
            try lease.take(max(0, builder.sizeBytes - counted))
            counted = builder.sizeBytes
            return false
        }
        guard builder.count == 0 else {
            return .table(TableBody(.records(builder, count: builder.count), query, query.members, places, lease))
        }
        return try Self.sequences(.array(sequences), query, "the lines are no records")
    }

    /// Sequences without the members of a request, which are in the query.
    private static func sequences(
        _ json: JSONValue, _ query: QuerySettings, _ why: String
    ) throws(RequestError) -> Content {
        if let option = query.input.said.keys.first { try refuse(query, why, option) }
        var request = query.members
        request["sequences"] = json
        return .request(.object(request))
    }

    private static func refuse(_ query: QuerySettings, _ why: String, _ option: TableOption? = nil) throws(RequestError)
    {
        guard let name = option.map(\.rawValue) ?? query.given.first?.name else { return }
        throw .badRequest(
            "query parameter \"\(name)\" says something of a table, and \(why): send text/csv, records or JSON lines "
                + "of records, or leave it out")
    }

    private init(
        _ source: Source, _ query: QuerySettings, _ request: JSONObject, _ places: TablePlaces, _ lease: MemoryLease
    ) {
        (self.source, input, self.request, self.places, self.lease) = (source, query.input, request, places, lease)
    }

    /// The request that the table stands for, with the roles of its columns in `roles`.
    ///
    /// - Parameters:
    ///   - names: `inputs` of the model's version, for a prediction.
    ///   - task: the model's.
    /// - Throws: `TableDoubt`, `TableFaults`, `ServiceError` for more memory than there is.
    package func made(names: JSONValue? = nil, task: String? = nil) throws -> (request: JSONObject, places: TablePlaces)
    {
        var input = input
        input.frequency =
            (request["forecast"]?["frequency"] ?? request["frequency"])?.asString ?? names?["frequency"]?.asString
        input.task = request["task"]?.asString
        if input.isPrediction {
            input.take(names: names, task: task)
            input.reading.textColumns.formUnion(input.roles.known[.id] ?? [])
        }
        do {
            let table = try table(input)
            try lease.take(table.table.cellCount * Self.valueSizeBytes)
            var (members, roles) = try table.members(input)
            if !input.isPrediction { members.append("roles", roles.json) }
            var made = request
            made.merge(members)
            return (made, places.of(members["sequences"]))
        } catch let fault as TableFault {
            throw TableFaults(fault, places)
        }
    }

    private func table(_ input: TableInput) throws -> RequestTable {
        switch source {
        case .text(let bytes):
            do {
                return RequestTable(try table(bytes, input.reading))
            } catch let error as TableError {
                throw TableFault(error)
            }
        case .records(let builder, let count):
            let made = try builder.finish(input.reading) { try lease.take($0) }
            if builder.count > count { try checkFuture(made.table, from: count, input.roles.columns[.target] ?? []) }
            return made
        }
    }

    /// Of the time to come no target is known.
    private func checkFuture(_ table: Table, from first: Int, _ targets: [String]) throws(TableFault) {
        for column in targets.compactMap({ table.column($0) }) {
            guard let row = (first..<table.rowCount).first(where: { !column.isMissing($0) }) else { continue }
            throw TableFault(
                row: row, column: column.name, cell: column.text(row),
                detail: "a value of the target, which is not known yet")
        }
    }

    /// Piece by piece, so that a table that grows beyond the memory is refused before it has.
    private func table(_ bytes: [UInt8], _ reading: TableReading) throws -> Table {
        var builder = TableBuilder(reading), place = 0, cells = 0
        while place < bytes.count {
            let end = min(bytes.count, place + Self.pieceSizeBytes)
            try builder.feed(Array(bytes[place..<end]))
            try lease.take(end - place + (builder.cellCount - cells) * Self.cellSizeBytes)
            (place, cells) = (end, builder.cellCount)
        }
        return try builder.finish()
    }
}
