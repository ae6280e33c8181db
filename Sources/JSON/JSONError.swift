/// Why a text is not JSON, and where.
package struct JSONError: Error, Equatable, CustomStringConvertible {
    /// Bytes before the offending one; the size of the text when it ends too early.
    package let byteOffset: Int
    package let detail: String

    package init(byteOffset: Int, detail: String) {
        self.byteOffset = byteOffset
        self.detail = detail
    }

    package var description: String { "\(detail) at byte \(byteOffset)" }
}
