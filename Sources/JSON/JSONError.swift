/// Why a text is not JSON, and where.
package struct JSONError: Error, Equatable, CustomStringConvertible {
    /// Bytes before the offending one; the size of the text when it ends too early.
    package let byteOffset: Int
    /// What is wrong, for the author of the text.
    package let detail: String
    /// Where that byte is; nil of an error that was not found in a text.
    package private(set) var place: JSONPlace?
    /// The text may well be JSON: whoever gives the memory for its values has refused to.
    package let isMemoryRefused: Bool

    /// An error at a byte of the text.
    package init(byteOffset: Int, detail: String, isMemoryRefused: Bool = false) {
        self.byteOffset = byteOffset
        self.detail = detail
        self.isMemoryRefused = isMemoryRefused
    }

    /// With its place, and with what would be right where that can be told.
    func placed(in bytes: UnsafeBufferPointer<UInt8>) -> JSONError {
        let hint = isMemoryRefused ? "" : JSONFaultText.hint(at: byteOffset, bytes)
        var error = JSONError(byteOffset: byteOffset, detail: detail + hint, isMemoryRefused: isMemoryRefused)
        error.place = isMemoryRefused ? nil : JSONPlace(of: byteOffset, in: bytes)
        return error
    }

    package var description: String {
        "at byte \(byteOffset)\(place.map { " (\($0))" } ?? ""): \(detail)"
    }

    /// For a text that is one line of a file, whose number the reader knows.
    package var descriptionInLine: String {
        guard let place else { return description }
        return "column \(place.column)\(place.pointer.isEmpty ? "" : ", \(place.pointer)"): \(detail)"
    }

    /// The place follows from the text.
    package static func == (left: JSONError, right: JSONError) -> Bool {
        left.byteOffset == right.byteOffset && left.detail == right.detail
            && left.isMemoryRefused == right.isMemoryRefused
    }
}
