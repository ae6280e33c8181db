/// A fault in a request that is valid JSON: where, and what is wrong.
package struct JSONFault: Sendable, Equatable {
    /// JSON Pointer from the root of the request.
    package let pointer: String
    /// What is wrong, and what would be right.
    package let detail: String

    /// A fault at a place of the request.
    package init(pointer: String, detail: String) {
        self.pointer = pointer
        self.detail = detail
    }
}

/// Reads the members of an object by name and type, and collects every fault rather than stopping at the first.
///
///     let reader = JSONReader(object)
///     let model = reader.string("model", required: true)
///     let network = reader.object("network") {
///         (cell: $0.choice("cell", as: CellKind.self), layers: $0.int("layers", in: 1...8))
///     }
///     reader.finish()
///     guard reader.faults.isEmpty else { throw … }
///
/// Every reading method answers nil when the member is absent or `null` (a fault when `required`) or is faulty (always
/// a fault). `finish()` adds a fault for each member nobody asked for, so that a misspelt setting is not ignored.
/// Used by one task at a time; nested readers write into the list of the outermost.
package final class JSONReader {
    /// Members that are asked for are matched; a request with thousands of unknown ones gets this many faults.
    package static let faultCountMax = 64

    /// Known names that an unknown one is compared with.
    private static let comparedCountMax = 256

    private final class FaultList {
        var faults: [JSONFault] = []
    }

    /// The object whose members are read.
    package let source: JSONObject
    /// Pointer of this object, "" for the root.
    package let pointer: String
    private let list: FaultList
    private var asked: [String] = []
    /// Places of members by the bytes of their keys, of an object with many: a client may send a hundred thousand
    /// labels, and each is asked for.
    private lazy var places = Dictionary(
        source.members.enumerated().map { (Array($0.element.key.utf8), $0.offset) },
        uniquingKeysWith: { first, _ in first })
    private static let scannedCountMax = 64

    /// A reader without faults so far.
    ///
    /// - Parameter pointer: JSON Pointer of the object within the request; faults begin with it.
    package convenience init(_ object: JSONObject, pointer: String = "") {
        self.init(object, pointer: pointer, list: FaultList())
    }

    private init(_ object: JSONObject, pointer: String, list: FaultList) {
        // A request has some forty known names.
        if !object.isEmpty { asked.reserveCapacity(48) }
        self.source = object
        self.pointer = pointer
        self.list = list
    }

    /// All faults so far, of this reader and of those nested in it.
    package var faults: [JSONFault] { list.faults }

    /// Adds a fault at a member, or at the object itself.
    package func fault(_ key: String? = nil, _ detail: String) {
        addFault(key.map { JSONPointer.appending($0, to: pointer) } ?? pointer, detail)
    }

    /// Adds a fault anywhere; for checks that look deeper than one member.
    package func addFault(_ pointer: String, _ detail: String) {
        if list.faults.count < Self.faultCountMax { list.faults.append(JSONFault(pointer: pointer, detail: detail)) }
    }

    /// The member as it is, marked as known; nil when absent or null.
    package func value(_ key: String, required: Bool = false) -> JSONValue? {
        asked.append(key)
        if let value = member(key), !value.isNull { return value }
        if required { fault(key, "required") }
        return nil
    }

    private func member(_ key: String) -> JSONValue? {
        if source.count <= Self.scannedCountMax { return source[key] }
        return places[Array(key.utf8)].map { source.members[$0].value }
    }

    /// Whether the member is there and not null, marking it as known.
    package func has(_ key: String) -> Bool { value(key) != nil }

    /// - Parameter sizeBytesMax: of the UTF-8.
    package func string(_ key: String, required: Bool = false, sizeBytesMax: Int = .max) -> String? {
        guard let value = value(key, required: required) else { return nil }
        guard let string = value.asString else { return expected("a string", key, value) }
        guard string.utf8.count <= sizeBytesMax else {
            fault(key, "longer than \(sizeBytesMax) bytes")
            return nil
        }
        return string
    }

    /// A case of an enumeration by its raw value; the fault lists the choices and guesses what was meant.
    package func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ key: String, as type: Choice.Type, required: Bool = false
    ) -> Choice? {
        choice(key, among: Choice.allCases.map { $0.rawValue }, required: required).flatMap(Choice.init(rawValue:))
    }

    /// A text that is one of `choices`; a fault names the nearest when it looks like a slip.
    package func choice(_ key: String, among choices: [String], required: Bool = false) -> String? {
        guard let value = value(key, required: required) else { return nil }
        // Made for a fault only: most requests have none.
        var list: String { choices.map { "'\($0)'" }.joined(separator: ", ") }
        guard let string = value.asString else { return expected("one of \(list)", key, value) }
        guard choices.contains(string) else {
            let guess = Spelling.closest(to: string, among: choices).map { ", did you mean '\($0)'?" } ?? ""
            fault(key, "'\(string.prefix(64))' is not one of \(list)\(guess)\(UnusualCharacters.note(string))")
            return nil
        }
        return string
    }

    /// An integer of `range`; nil where it is absent or null, or with a fault. 5.0 is an integer, 5.5 is not.
    package func int(
        _ key: String, in range: ClosedRange<Int> = Int.min...Int.max, required: Bool = false
    ) -> Int? {
        guard let value = value(key, required: required) else { return nil }
        guard let int = value.asInt else {
            if let double = value.asDouble, double == double.rounded() {
                let low = range.lowerBound, high = range.upperBound
                fault(key, "expected an integer between \(low) and \(high), found \(value.text)")
                return nil
            }
            if value.asDouble != nil {
                fault(key, "expected an integer\(Self.bounds(range))")
                return nil
            }
            return expected("an integer\(Self.bounds(range))", key, value, hint: value.hintForNumber(isNullFine: false))
        }
        guard range.contains(int) else {
            fault(key, "expected an integer\(Self.bounds(range)), found \(int)")
            return nil
        }
        return int
    }

    /// A number of `range`; nil where it is absent or null, or with a fault.
    package func double(
        _ key: String, in range: ClosedRange<Double> = -.greatestFiniteMagnitude ... .greatestFiniteMagnitude,
        required: Bool = false
    ) -> Double? {
        guard let value = value(key, required: required) else { return nil }
        guard let double = value.asDouble else {
            return expected("a number\(Self.bounds(range))", key, value, hint: value.hintForNumber(isNullFine: false))
        }
        guard range.contains(double) else {
            fault(key, "expected a number\(Self.bounds(range)), found \(double)")
            return nil
        }
        return double
    }

    /// `true` or `false`; nil where it is absent or null, or with a fault.
    package func bool(_ key: String, required: Bool = false) -> Bool? {
        guard let value = value(key, required: required) else { return nil }
        let word = value.asString?.lowercased()
        let hint = word == "true" || word == "false" ? "; write \(word ?? ""), without quotes" : ""
        return value.asBool ?? expected("true or false", key, value, hint: hint)
    }

    /// An array of numbers without nulls.
    package func doubles(
        _ key: String, in range: ClosedRange<Double> = -.greatestFiniteMagnitude ... .greatestFiniteMagnitude,
        countMax: Int = .max, required: Bool = false
    ) -> [Double]? {
        guard let value = value(key, required: required) else { return nil }
        guard let numbers = value.asNumbers else {
            return expectedElement("an array of numbers", "a number", key, value) { $0.asDouble != nil }
        }
        guard numbers.count <= countMax else {
            fault(key, "more than \(countMax) numbers")
            return nil
        }
        if let bad = numbers.firstIndex(where: { !range.contains($0) }) {
            addFault(
                JSONPointer.appending(bad, to: JSONPointer.appending(key, to: pointer)),
                "expected a number\(Self.bounds(range)), found \((value[bad] ?? .null).found)")
            return nil
        }
        return numbers
    }

    /// An array of whole numbers.
    package func ints(_ key: String) -> [Int]? {
        guard let value = value(key) else { return nil }
        let found = value.elements?.map(\.asInt)
        let ints = found?.compactMap(\.self)
        if let ints, ints.count == found?.count { return ints }
        return expectedElement("an array of whole numbers", "a whole number", key, value) { $0.asInt != nil }
    }

    /// An array of strings, or one string alone, as OpenAI's `stop` is.
    package func strings(_ key: String, countMax: Int = .max, required: Bool = false) -> [String]? {
        guard let value = value(key, required: required) else { return nil }
        if let string = value.asString { return [string] }
        guard let strings = value.asStrings else {
            return expectedElement("a string or an array of strings", "a string", key, value) { $0.asString != nil }
        }
        guard strings.count <= countMax else {
            fault(key, "more than \(countMax) strings")
            return nil
        }
        return strings
    }

    /// A nested object: `read` asks a nested reader, which is finished for it.
    package func object<Result>(
        _ key: String, required: Bool = false, _ read: (JSONReader) throws -> Result
    ) rethrows -> Result? {
        guard let value = value(key, required: required) else { return nil }
        guard let object = value.object else { return expected("an object", key, value) }
        let nested = JSONReader(object, pointer: JSONPointer.appending(key, to: pointer), list: list)
        let result = try read(nested)
        nested.finish()
        return result
    }

    /// A reader of another object of the same request, for example an element of an array; its faults join this list.
    package func reader(of object: JSONObject, at pointer: String) -> JSONReader {
        JSONReader(object, pointer: pointer, list: list)
    }

    /// Marks members as known without reading them.
    package func allow(_ keys: String...) { asked.append(contentsOf: keys) }

    /// Adds a fault for each member that nobody asked for: "unknown field 'hiden', did you mean 'hidden'?".
    package func finish() {
        // Of a few members fewer names are compared than a set of all would have to be hashed.
        let known = source.count > Self.scannedCountMax ? Set(asked) : nil
        for (key, _) in source.members where !(known?.contains(key) ?? asked.contains(key)) {
            if list.faults.count >= Self.faultCountMax { return }
            let guess =
                Spelling.closest(to: key, among: Array(asked.prefix(Self.comparedCountMax))).map {
                    ", did you mean '\($0)'?"
                } ?? ""
            let isLong = key.utf8.count > 64
            addFault(
                JSONPointer.appending(isLong ? String(key.prefix(64)) : key, to: pointer),
                "unknown field '\(key.prefix(64))\(isLong ? "…" : "")'\(guess)\(UnusualCharacters.note(key))")
        }
    }

    private func expected<Value>(_ what: String, _ key: String, _ found: JSONValue, hint: String = "") -> Value? {
        fault(key, "expected \(what), found \(found.found)\(hint)")
        return nil
    }

    /// The first element that is not `one` is named; for what is not an array, `all`.
    private func expectedElement<Value>(
        _ all: String, _ one: String, _ key: String, _ found: JSONValue, _ isRight: (JSONValue) -> Bool
    ) -> Value? {
        guard let elements = found.elements, let index = elements.firstIndex(where: { !isRight($0) }) else {
            return expected(all, key, found)
        }
        let wrong = elements[index], hint = one == "a number" ? wrong.hintForNumber(isNullFine: false) : ""
        addFault(
            JSONPointer.appending(index, to: JSONPointer.appending(key, to: pointer)),
            "expected \(one), found \(wrong.found)\(hint)")
        return nil
    }

    private static func bounds(_ range: ClosedRange<Int>) -> String {
        switch (range.lowerBound, range.upperBound) {
        case (.min, .max): ""
        case (let low, .max): " of at least \(low)"
        case (.min, let high): " of at most \(high)"
        case (let low, let high): " between \(low) and \(high)"
        }
    }

    private static func bounds(_ range: ClosedRange<Double>) -> String {
        let hasLow = range.lowerBound > -.greatestFiniteMagnitude
        let hasHigh = range.upperBound < .greatestFiniteMagnitude
        return switch (hasLow, hasHigh) {
        case (false, false): ""
        case (true, false): " of at least \(range.lowerBound)"
        case (false, true): " of at most \(range.upperBound)"
        case (true, true): " between \(range.lowerBound) and \(range.upperBound)"
        }
    }
}
