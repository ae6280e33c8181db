package import System

/// Names of models and labels, which become names of directories: `[A-Za-z0-9][A-Za-z0-9._-]{0,63}`.
package enum ModelName {
    /// Longest name, in bytes (all of them ASCII).
    package static let sizeBytesMax = 64

    /// - Complexity: looks at no more than 65 bytes of the name.
    package static func isValid(_ name: String) -> Bool {
        let bytes = name.utf8
        guard (1...sizeBytesMax).contains(bytes.prefix(sizeBytesMax + 1).count), let first = bytes.first,
            isAlphanumeric(first)
        else { return false }
        return bytes.allSatisfy {
            isAlphanumeric($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
        }
    }

    /// - Throws: `FileError.invalidName`.
    package static func validate(_ name: String) throws(FileError) {
        if !isValid(name) { throw .invalidName(name: name) }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }
}
