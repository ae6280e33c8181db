/// Why a text is not JSON, and where.
package struct JSONError: Error, Equatable, CustomStringConvertible {
    /// Bytes before the offending one; the size of the text when it ends too early.
    package let byteOffset: Int
    /// What is wrong, for the author of the text.
    package let detail: String
    /// The text may well be JSON: whoever gives the memory for its values has refused to.
    package let isMemoryRefused: Bool

    /// An error at a byte of the text.
    package init(byteOffset: Int, detail: String, isMemoryRefused: Bool = false) {
        self.byteOffset = byteOffset
        self.detail = detail
        self.isMemoryRefused = isMemoryRefused
    }

    package var description: String { "\(detail) at byte \(byteOffset)" }
}
