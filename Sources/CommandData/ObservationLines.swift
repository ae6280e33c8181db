package import JSON

/// Reads lines of observations as they come, as steps of a session: JSON as it is, numbers with their time, or a text.
package struct ObservationLines: Sendable {
    /// What the model reads.
    package struct Inputs: Sendable {
        /// Numbers, and no text or symbols.
        package var isNumeric: Bool
        /// Each line is followed by a line break, as in the text that the model has learned.
        package var keepsBreaks: Bool
        /// Names of the channels that are forecast; empty where they have none.
        package var targets: [String]
        /// Names of what is known ahead.
        package var future: [String]
        /// Names of what is known up to now.
        package var past: [String]

        /// - Parameters:
        ///   - inputs: of a version, as `GET /models/{name}` tells them.
        ///   - task: of the model.
        package init(_ inputs: JSONValue?, task: String) {
            func names(_ member: String) -> [String] { inputs?[member]?.elements?.compactMap(\.asString) ?? [] }
            isNumeric = inputs?["kind"]?.asString == "numeric"
            keepsBreaks = task == "language_model" && inputs?["tokens"]?.asString != "symbols"
            (targets, future, past) = (names("targets"), names("future"), names("past"))
        }
    }

    private let inputs: Inputs
    /// Names of the columns, where the first line has told them.
    private var header: [String]?
    private var number = 0

    /// Before the first line.
    package init(_ inputs: Inputs) { self.inputs = inputs }

    /// The members of a step for one line; nil for an empty one and for a header.
    ///
    /// - Throws: `InputError` with the number of the line.
    package mutating func step(_ line: String) throws(InputError) -> JSONObject? {
        number += 1
        let text = line.hasSuffix("\r") ? String(line.dropLast()) : line
        if let first = text.first(where: { $0 != " " }), first == "{" || first == "[" {
            do throws(JSONError) {
                let json = try JSONParser.parse(text)
                return json.object ?? ["sequence": json]
            } catch {
                throw fault("not JSON: \(error.descriptionInLine)")
            }
        }
        guard inputs.isNumeric else { return ["sequence": .string(text + (inputs.keepsBreaks ? "\n" : ""))] }
        let cells = Self.cells(text)
        if cells.allSatisfy(\.isEmpty) { return nil }
        if header == nil, number == 1, Self.isHeader(cells) {
            header = cells
            return nil
        }
        return try step(of: cells)
    }

    private func fault(_ what: String) -> InputError { InputError(description: "line \(number): \(what)") }

    private static func cells(_ text: String) -> [String] {
        let separators: [Character] = [",", ";", "\t"]
        let separator = separators.first { text.contains($0) }
        let parts = text.split(separator: separator ?? " ", omittingEmptySubsequences: separator == nil)
        return parts.map { part in
            let bare = part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()
            let cell = String(bare)
            return cell.count > 1 && cell.hasPrefix("\"") && cell.hasSuffix("\"")
                ? String(cell.dropFirst().dropLast()) : cell
        }
    }

    /// Names, and no time or number.
    private static func isHeader(_ cells: [String]) -> Bool {
        cells.allSatisfy { number($0) == nil && !$0.contains { $0.isNumber && $0.isASCII } || $0.isEmpty }
            && cells.contains { !$0.isEmpty && !isMissing($0) }
    }

    private static func isMissing(_ cell: String) -> Bool {
        ["", "na", "n/a", "nan", "null", "-", "?"].contains(cell.lowercased())
    }

    private static func number(_ cell: String) -> Double? {
        Double(cell).flatMap { $0.isFinite ? $0 : nil }
    }

    private func step(of cells: [String]) throws(InputError) -> JSONObject {
        if let header, header.count != cells.count {
            throw fault("\(cells.count) cells under \(header.count) names")
        }
        let texts = cells.indices.filter { Self.number(cells[$0]) == nil && !Self.isMissing(cells[$0]) }
        guard texts.count < 2 else {
            throw fault("\"\(cells[texts[1]].prefix(40))\" is not a number; one cell of a line may be its time")
        }
        let values = cells.indices.filter { $0 != texts.first }
        func value(_ index: Int) -> JSONValue {
            guard let number = Self.number(cells[index]) else { return .null }
            return Int(exactly: number).map { .integer($0) } ?? .number(number)
        }
        var record = JSONObject()
        if let time = texts.first { record.append("timestamps", [.string(cells[time])]) }
        guard let header, !inputs.targets.isEmpty else {
            let numbers = values.map(value)
            record.append("target", .array(numbers.count == 1 ? numbers : [.array(numbers)]))
            return record.count == 1 ? ["sequence": record["target"] ?? .null] : ["sequence": .object(record)]
        }
        var target = JSONObject(), future = JSONObject(), past = JSONObject()
        for index in values {
            let name = header[index], list: JSONValue = .array([value(index)])
            if inputs.targets.contains(name) {
                target.append(name, list)
            } else if inputs.future.contains(name) {
                future.append(name, list)
            } else if inputs.past.contains(name) {
                past.append(name, list)
            } else {
                throw fault("the model knows no column '\(name)'; cut it out of the input")
            }
        }
        record.append("target", .object(target))
        if !future.isEmpty { record.append("future", .object(future)) }
        if !past.isEmpty { record.append("past", .object(past)) }
        return ["sequence": .object(record)]
    }
}
