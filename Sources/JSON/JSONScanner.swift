import CDecimal

/// The parser's state: a position in bytes that it does not own.
///
/// SAFETY: `base` holds `count` readable bytes for the life of the scanner; every access goes through
/// `byte(at:)` or follows a comparison with `count`. `scratch` is the scanner's alone.
struct JSONScanner {
    let base: UnsafePointer<UInt8>
    let count: Int
    let depthMax: Int
    var position = 0
    private var memory: JSONMemory
    /// Where numbers are gathered: most arrays are short, and a copy of the right size is one allocation in place of
    /// several.
    private let scratch: UnsafeMutableBufferPointer<Double>
    let tables = DecimalTables.pointer

    /// Numbers to gather.
    static let scratchCount = 512

    init(
        base: UnsafePointer<UInt8>, count: Int, depthMax: Int, memory: JSONMemory,
        scratch: UnsafeMutableBufferPointer<Double>
    ) {
        self.base = base
        self.count = count
        self.depthMax = depthMax
        self.memory = memory
        self.scratch = scratch
    }

    @inline(__always)
    private mutating func use(_ sizeBytes: Int) throws(JSONError) {
        guard memory.use(sizeBytes) else {
            throw JSONError(byteOffset: position, detail: "no memory is left for its values", isMemoryRefused: true)
        }
    }

    /// Before one more element of an array that would have to grow for it.
    @inline(__always)
    private mutating func useGrowth<Element>(of elements: [Element]) throws(JSONError) {
        guard elements.count == elements.capacity else { return }
        let added = max(1, elements.capacity) * MemoryLayout<Element>.stride
        try use(elements.isEmpty ? added + JSONMemory.allocationSizeBytes : added)
    }

    private mutating func useString(_ text: String) throws(JSONError) {
        let size = text.utf8.count
        if size > JSONMemory.inlineStringSizeBytes { try use(size + JSONMemory.allocationSizeBytes) }
    }

    /// The byte at an index, 0 past the end. A real NUL is legal nowhere, so both are refused alike.
    @inline(__always)
    func byte(at index: Int) -> UInt8 { index < count ? base[index] : 0 }

    @inline(__always)
    mutating func skipWhitespace() {
        while position < count {
            switch base[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    mutating func document() throws(JSONError) -> JSONValue {
        if byte(at: 0) == 0xEF && byte(at: 1) == 0xBB && byte(at: 2) == 0xBF {
            throw JSONError(byteOffset: 0, detail: "a byte order mark (U+FEFF) is not allowed")
        }
        skipWhitespace()
        if position == count { throw fault("the text is empty") }
        let value = try value(depth: 0)
        skipWhitespace()
        if position < count { throw fault("unexpected \(describeByte()) after the value") }
        return value
    }

    mutating func value(depth: Int) throws(JSONError) -> JSONValue {
        switch byte(at: position) {
        case UInt8(ascii: "{"): return try object(depth: depth + 1)
        case UInt8(ascii: "["): return try array(depth: depth + 1)
        case UInt8(ascii: "\""):
            let text = try string()
            try useString(text)
            return .string(text)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number().value
        case UInt8(ascii: "t"):
            try literal("true")
            return .bool(true)
        case UInt8(ascii: "f"):
            try literal("false")
            return .bool(false)
        case UInt8(ascii: "n"):
            try literal("null")
            return .null
        default: throw unexpected("a value")
        }
    }

    mutating func literal(_ word: StaticString) throws(JSONError) {
        for offset in 0..<word.utf8CodeUnitCount where byte(at: position + offset) != word.utf8Start[offset] {
            position = min(position + offset, count)
            throw unexpected("the rest of '\(word)'")
        }
        position += word.utf8CodeUnitCount
    }

    // MARK: Arrays

    private mutating func array(depth: Int) throws(JSONError) -> JSONValue {
        try checkDepth(depth)
        position += 1
        skipWhitespace()
        switch byte(at: position) {
        case UInt8(ascii: "]"):
            position += 1
            return .array([])
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "n"):
            if let numbers = try numbers() { return .numbers(numbers) }
        default: break
        }
        return try mixedArray(depth: depth)
    }

    private mutating func mixedArray(depth: Int) throws(JSONError) -> JSONValue {
        var elements: [JSONValue] = []
        while true {
            let element = try value(depth: depth)
            try useGrowth(of: elements)
            elements.append(element)
            skipWhitespace()
            switch byte(at: position) {
            case UInt8(ascii: ","):
                position += 1
                skipWhitespace()
            case UInt8(ascii: "]"):
                position += 1
                return .array(elements)
            default: throw unexpected("',' or ']'")
            }
        }
    }

    /// The array when it holds only numbers and nulls and at least one number. Otherwise goes back to the first
    /// element and answers nil; what is read twice then is only the leading numbers of this array, so time stays
    /// linear.
    ///
    /// `cd_read` reads runs of usual numbers, `number()` all others: it knows every fault.
    private mutating func numbers() throws(JSONError) -> [Double]? {
        let start = position
        var values: [Double] = []
        var hasNumber = false
        var gathered = 0
        while true {
            if gathered == scratch.count { try append(&gathered, to: &values) }
            let before = gathered
            // SAFETY: the text has `count` bytes, and `position` is among them or behind the last.
            let stop = cd_read(base, count, &position, scratch.baseAddress, &gathered, scratch.count, tables)
            if gathered > before { hasNumber = true }
            if stop == CD_FULL { continue }
            if stop == CD_AT_ELEMENT {
                switch byte(at: position) {
                case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                    scratch[gathered] = try number().double
                    hasNumber = true
                case UInt8(ascii: "n"):
                    try literal("null")
                    scratch[gathered] = .nan
                default:
                    position = start
                    return nil
                }
                gathered += 1
            }
            skipWhitespace()
            let separator = byte(at: position)
            if separator == UInt8(ascii: ",") {
                position += 1
                skipWhitespace()
            } else if separator == UInt8(ascii: "]") && hasNumber {
                position += 1
                try append(&gathered, to: &values)
                return values
            } else {
                position = start
                return nil
            }
        }
    }

    /// Empties the scratch memory into an array, which gets the right size if it is short, and doubles otherwise.
    private mutating func append(_ gathered: inout Int, to values: inout [Double]) throws(JSONError) {
        let needed = values.count + gathered
        if needed > values.capacity {
            let capacity = max(needed, 2 * values.capacity)
            let added = (capacity - values.capacity) * MemoryLayout<Double>.stride
            try use(values.isEmpty ? added + JSONMemory.allocationSizeBytes : added)
            values.reserveCapacity(capacity)
        }
        values.append(contentsOf: scratch[..<gathered])
        gathered = 0
    }

    // MARK: Objects

    private mutating func object(depth: Int) throws(JSONError) -> JSONValue {
        try checkDepth(depth)
        position += 1
        skipWhitespace()
        if byte(at: position) == UInt8(ascii: "}") {
            position += 1
            return .object(JSONObject())
        }
        var members: [(key: String, value: JSONValue)] = []
        var keys = DistinctKeys()
        while true {
            let keyStart = position
            guard byte(at: position) == UInt8(ascii: "\"") else { throw unexpected("a key in double quotes") }
            let key = try string()
            try useString(key)
            if members.count >= DistinctKeys.scanCountMax {
                try use(key.utf8.count + 2 * JSONMemory.allocationSizeBytes)
            }
            guard keys.insert(key, among: members) else {
                throw JSONError(byteOffset: keyStart, detail: "the key '\(key.prefix(64))' is given twice")
            }
            skipWhitespace()
            guard byte(at: position) == UInt8(ascii: ":") else { throw unexpected("':'") }
            position += 1
            skipWhitespace()
            let member = try value(depth: depth)
            try useGrowth(of: members)
            members.append((key: key, value: member))
            skipWhitespace()
            switch byte(at: position) {
            case UInt8(ascii: ","):
                position += 1
                skipWhitespace()
            case UInt8(ascii: "}"):
                position += 1
                return .object(JSONObject(distinct: members))
            default: throw unexpected("',' or '}'")
            }
        }
    }

    private func checkDepth(_ depth: Int) throws(JSONError) {
        if depth > depthMax { throw fault("nesting deeper than \(depthMax)") }
    }

    // MARK: Faults

    func fault(_ detail: String) -> JSONError { JSONError(byteOffset: position, detail: detail) }

    func unexpected(_ expected: String) -> JSONError {
        fault(
            position >= count
                ? "the text ends where \(expected) is expected"
                : "expected \(expected), found \(describeByte())")
    }

    private func describeByte() -> String {
        let byte = byte(at: position)
        if (0x21...0x7E).contains(byte) { return "'\(Character(Unicode.Scalar(byte)))'" }
        if let name = JSONFaultText.character(at: position, UnsafeBufferPointer(start: base, count: count)) {
            return name
        }
        let hex = String(byte, radix: 16, uppercase: true)
        return "byte 0x" + (hex.count < 2 ? "0" : "") + hex
    }
}

/// The keys of an object so far. A few are compared one by one; from nine on they are hashed by their bytes: the hash
/// of `String` is the same for all canonically equivalent spellings, and a client could send thousands of those.
private struct DistinctKeys {
    private struct Key: Hashable {
        let bytes: [UInt8]
    }
    static let scanCountMax = 8
    private var seen: Set<Key> = []

    mutating func insert(_ key: String, among members: [(key: String, value: JSONValue)]) -> Bool {
        if members.count < Self.scanCountMax {
            return !members.contains { $0.key.utf8.elementsEqual(key.utf8) }
        }
        if seen.isEmpty { seen = Set(members.map { Key(bytes: Array($0.key.utf8)) }) }
        return seen.insert(Key(bytes: Array(key.utf8))).inserted
    }
}
