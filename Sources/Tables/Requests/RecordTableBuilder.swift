package import JSON

/// Reads a table from records: flat objects, a row each, which come one by one.
///
///     {"date": "2026-01-01", "store": "north", "sales": 12.5, "open": true, "note": null}
///
/// Members may stand in any order, and one that is absent is missing. A record is written as the row of a text, so that
/// dates, codes, missing marks, kinds and layouts are found as in any table.
package struct RecordTableBuilder: Sendable {
    /// Cells of a table for each member that was sent: more are mostly missing ones, which a few bytes would make many.
    private static let sparsenessMax = 64
    private static let sparseCellsMin = 1 << 20
    private static let pieceSizeBytes = 1 << 18

    private var names: [String] = []
    private var places: [String: Int] = [:]
    /// The rows, each with its cells up to its last member.
    private var text: [UInt8] = []
    /// Of each row: behind its last byte, its cells, the line where it begins, and its number among the client's.
    private var rows: [(end: Int, cells: Int, line: Int, number: Int)] = []
    private var memberCount = 0
    private var line = 1
    private var hasFractions = false

    /// No record yet.
    package init() {}

    /// Records so far.
    package var count: Int { rows.count }
    /// Bytes that are held.
    package var sizeBytes: Int { text.count + rows.count * 32 }

    /// Whether a value is meant as a record: an object that is neither a pair of an input and its target nor the record
    /// of a whole series.
    package static func isRecord(_ value: JSONValue) -> Bool {
        guard let object = value.object, !object.isEmpty else { return false }
        if object.keys.allSatisfy({ $0 == "input" || $0 == "target" }) { return false }
        return ["input", "target", "sequence", "sequences", "records"].allSatisfy { object[$0].map(isSingle) ?? true }
    }

    private static func isSingle(_ value: JSONValue) -> Bool {
        switch value {
        case .array, .numbers, .object: false
        case .null, .bool, .integer, .number, .string: true
        }
    }

    /// Takes the next record.
    ///
    /// - Parameter number: as the client counts them; faults of the table have it.
    /// - Throws: `TableFault` for all but a flat object.
    package mutating func add(_ value: JSONValue, number: Int) throws(TableFault) {
        guard let record = value.object else {
            throw TableFault(row: number, detail: "expected a record (an object), found \(value.found)")
        }
        var cells: [(place: Int, value: JSONValue)] = []
        cells.reserveCapacity(record.count)
        for (name, value) in record.members {
            guard Self.isSingle(value) else {
                throw TableFault(
                    row: number, column: name,
                    detail: "expected a number, a text, true, false or null, found \(value.found)")
            }
            cells.append((place(of: name), value))
        }
        if !zip(cells.dropFirst(), cells).allSatisfy({ $0.place > $1.place }) { cells.sort { $0.place < $1.place } }
        let first = line
        var width = 0
        for cell in cells {
            while width < cell.place { append(.null, to: &width) }
            append(cell.value, to: &width)
        }
        memberCount += cells.count
        rows.append((text.count, width, first, number))
        line += 1
    }

    private mutating func place(of name: String) -> Int {
        // Most records have their members in the order of the first.
        if let place = places[name] { return place }
        places[name] = names.count
        names.append(name)
        return names.count - 1
    }

    private mutating func append(_ value: JSONValue, to width: inout Int) {
        if width > 0 { text.append(UInt8(ascii: ",")) }
        width += 1
        switch value {
        case .null, .array, .numbers, .object: text.append(contentsOf: Self.missing)
        case .bool(let flag): text.append(contentsOf: (flag ? "true" : "false").utf8)
        case .integer(let number): JSONWriter.append(number, to: &text)
        case .number(let number):
            if number != number.rounded() { hasFractions = true }
            let start = text.count
            JSONWriter.append(number, to: &text)
            // 1e22 would be a code where all are such.
            if let exponent = text[start...].firstIndex(where: { $0 | 0x20 == UInt8(ascii: "e") }),
                !text[start..<exponent].contains(UInt8(ascii: "."))
            {
                text.insert(contentsOf: ".0".utf8, at: exponent)
            }
        case .string(let string): line += Self.append(string, to: &text)
        }
    }

    private static let missing = Array("NA".utf8)

    /// Within quotes.
    ///
    /// - Returns: the line ends in it.
    private static func append(_ string: String, to text: inout [UInt8]) -> Int {
        var lines = 0, last: UInt8 = 0
        text.append(UInt8(ascii: "\""))
        for byte in string.utf8 {
            if byte == UInt8(ascii: "\"") { text.append(byte) }
            // CR LF is one line end.
            if byte == UInt8(ascii: "\n"), last != UInt8(ascii: "\r") { lines += 1 }
            if byte == UInt8(ascii: "\r") { lines += 1 }
            // A byte of 0 makes a text none.
            text.append(byte == 0 ? UInt8(ascii: " ") : byte)
            last = byte
        }
        text.append(UInt8(ascii: "\""))
        return lines
    }

    /// The table of all records.
    ///
    /// - Parameters:
    ///   - reading: what is known of it; numbers of JSON have a point whatever it says.
    ///   - willHold: hears of bytes before they are held.
    /// - Throws: `TableFault`; what `willHold` throws.
    package func finish(
        _ reading: TableReading, willHold: (_ sizeBytes: Int) throws -> Void = { _ in }
    ) throws -> RequestTable {
        guard !rows.isEmpty, !names.isEmpty else { throw TableFault(TableError.empty) }
        let cells = rows.count * names.count
        guard cells < Self.sparseCellsMin || cells <= Self.sparsenessMax * memberCount else {
            throw TableFault(
                detail: "\(names.count) different members in \(rows.count) records, most of which lack most of them: "
                    + "a table has the same columns in all rows")
        }
        var reading = reading
        reading.separator = UInt8(ascii: ",")
        reading.hasHeader = true
        if reading.decimalMark == nil, hasFractions { reading.decimalMark = UInt8(ascii: ".") }
        var builder = TableBuilder(reading), piece: [UInt8] = [], start = 0, headerLines = 1
        for (place, name) in names.enumerated() {
            if place > 0 { piece.append(UInt8(ascii: ",")) }
            headerLines += Self.append(name, to: &piece)
        }
        let origin = RecordOrigin(
            lines: rows.map { Int32(clamping: $0.line + headerLines) }, numbers: rows.map { Int32(clamping: $0.number) }
        )
        piece.append(UInt8(ascii: "\n"))
        do {
            for row in rows {
                piece.append(contentsOf: text[start..<row.end])
                for width in row.cells..<max(names.count, row.cells) {
                    if width > 0 { piece.append(UInt8(ascii: ",")) }
                    piece.append(contentsOf: Self.missing)
                }
                piece.append(UInt8(ascii: "\n"))
                start = row.end
                guard piece.count >= Self.pieceSizeBytes else { continue }
                try willHold(piece.count)
                try builder.feed(piece)
                piece.removeAll(keepingCapacity: true)
            }
            try builder.feed(piece)
            return RequestTable(try builder.finish(), origin: origin)
        } catch let error as TableError {
            throw TableFault(error, of: origin)
        }
    }
}

/// From the lines of a text that records were written as to the records.
package struct RecordOrigin: Sendable {
    /// Where the row of each record begins, rising.
    let lines: [Int32]
    /// The number of each, as the client counts them.
    let numbers: [Int32]

    /// The record that a line belongs to; nil for the header.
    func number(ofLine line: Int) -> Int? {
        var low = 0, high = lines.count
        while low < high {
            let middle = (low + high) / 2
            if Int(lines[middle]) <= line { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? nil : Int(numbers[low - 1])
    }
}
