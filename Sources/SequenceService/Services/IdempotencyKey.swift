/// A word of the client's own by which a repeated request is known.
package struct IdempotencyKey: Sendable, Equatable {
    private static let sizeBytesMax = 255

    /// 1 to 255 visible ASCII characters.
    package let text: String

    /// - Throws: `ServiceError.unreadable` for any other text.
    package init(_ text: String) throws(ServiceError) {
        guard !text.isEmpty, text.utf8.count <= Self.sizeBytesMax, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else {
            throw .unreadable("Idempotency-Key must have 1 to \(Self.sizeBytesMax) visible ASCII characters")
        }
        self.text = text
    }
}
