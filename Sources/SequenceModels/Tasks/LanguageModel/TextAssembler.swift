/// Joins bytes to text without ever cutting a character in two.
package struct TextAssembler: Sendable {
    private(set) var pending: [UInt8] = []

    /// Nothing pending.
    package init() {}

    /// - Parameter pending: what another one had pending.
    init(pending: [UInt8]) { self.pending = pending }

    /// The characters that are complete now.
    package mutating func push(_ bytes: [UInt8]) -> String {
        if pending.isEmpty && bytes.allSatisfy({ $0 < 0x80 }) { return String(decoding: bytes, as: UTF8.self) }
        pending += bytes
        let complete = pending.count - Self.incompleteTail(pending)
        defer { pending.removeFirst(complete) }
        return String(decoding: pending[..<complete], as: UTF8.self)
    }

    /// What is left, incomplete characters as U+FFFD.
    package mutating func finish() -> String {
        defer { pending = [] }
        return String(decoding: pending, as: UTF8.self)
    }

    /// Bytes at the end that begin a character and lack its continuation.
    private static func incompleteTail(_ bytes: [UInt8]) -> Int {
        for length in 1...3 where length <= bytes.count {
            let byte = bytes[bytes.count - length]
            if byte & 0xC0 == 0x80 { continue }
            let needed = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
            return needed > length ? length : 0
        }
        return 0
    }
}
