/// Where a byte of a text is, for people and for editors.
package struct JSONPlace: Sendable, Equatable, CustomStringConvertible {
    /// From 1. Lines end by LF.
    package let line: Int
    /// From 1, in characters (Unicode scalars) of the line.
    package let column: Int
    /// JSON Pointer to the value that is being read there; "" for the outermost.
    package let pointer: String

    package var description: String {
        "line \(line), column \(column)" + (pointer.isEmpty ? "" : ", \(JSONFaultText.short(pointer))")
    }

    /// A place that is known.
    package init(line: Int, column: Int, pointer: String) {
        self.line = line
        self.column = column
        self.pointer = pointer
    }

    /// Finds a byte's place: reads all before it once more, which only texts with a fault cost.
    ///
    /// - Parameter byteOffset: of the first byte that is wrong; what is before it has no fault.
    init(of byteOffset: Int, in bytes: UnsafeBufferPointer<UInt8>) {
        var line = 1, lineStart = 0
        var path = Path()
        var index = 0
        while index < byteOffset {
            switch bytes[index] {
            case 0x0A:
                line += 1
                lineStart = index + 1
            case UInt8(ascii: "\""):
                let start = index + 1
                index = Self.stringEnd(bytes, start, byteOffset)
                path.read(key: start..<index, in: bytes)
            case let byte: path.read(byte)
            }
            index += 1
        }
        self.line = line
        // Of a character only the first byte is counted.
        column = 1 + bytes[lineStart..<max(lineStart, byteOffset)].reduce(0) { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 }
        pointer = path.pointer(in: bytes)
    }

    /// The index of the closing quote, or of the end.
    private static func stringEnd(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) -> Int {
        var index = start
        while index < end, bytes[index] != UInt8(ascii: "\"") {
            index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        return min(index, end)
    }

    /// The values that are open, outermost first.
    private struct Path {
        private enum Part {
            case element(Int)
            /// nil before the colon: the object itself is being read.
            case member(Range<Int>?)
        }
        private var parts: [Part] = []
        private var key: Range<Int>?

        mutating func read(key range: Range<Int>, in bytes: UnsafeBufferPointer<UInt8>) { key = range }

        mutating func read(_ byte: UInt8) {
            switch byte {
            case UInt8(ascii: "["): parts.append(.element(0))
            case UInt8(ascii: "{"): parts.append(.member(nil))
            case UInt8(ascii: "]"), UInt8(ascii: "}"): _ = parts.popLast()
            case UInt8(ascii: ":"): if case .member? = parts.popLast() { parts.append(.member(key)) }
            case UInt8(ascii: ","):
                switch parts.popLast() {
                case .element(let index)?: parts.append(.element(index + 1))
                case .member?: parts.append(.member(nil))
                case nil: break
                }
            default: break
            }
        }

        func pointer(in bytes: UnsafeBufferPointer<UInt8>) -> String {
            parts.reduce("") { pointer, part in
                switch part {
                case .element(let index): JSONPointer.appending(index, to: pointer)
                case .member(nil): pointer
                case .member(let key?): JSONPointer.appending(Self.text(key, bytes), to: pointer)
                }
            }
        }

        /// A key as its escapes say.
        private static func text(_ key: Range<Int>, _ bytes: UnsafeBufferPointer<UInt8>) -> String {
            let quote = [UInt8(ascii: "\"")]
            return (try? JSONParser.parse(quote + bytes[key] + quote))?.asString ?? ""
        }
    }
}
