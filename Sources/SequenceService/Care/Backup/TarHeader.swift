/// The block of 512 bytes before each file of a tar archive: ustar of POSIX.1-1988, with sizes from 8 GiB on in base
/// 256 as GNU tar and bsdtar write them.
package struct TarHeader: Equatable, Sendable {
    /// Bytes of a block; files are filled up to whole ones.
    package static let blockSizeBytes = 512
    private static let octalSizeMax = 0o77_777_777_777

    /// What an entry is.
    package enum Kind: Equatable, Sendable {
        case file, directory
        /// Another one; no backup has it.
        case other(UInt8)
    }

    /// With slashes between its parts.
    package var path: String
    /// Of the file behind it.
    package var sizeBytes: Int
    /// What it is.
    package var kind: Kind
    /// Seconds since 1970.
    package var changedAt: Int

    /// Of a file.
    package init(path: String, sizeBytes: Int, kind: Kind = .file, changedAt: Int = 0) {
        self.path = path
        self.sizeBytes = sizeBytes
        self.kind = kind
        self.changedAt = changedAt
    }

    /// Zeros between the end of a file and its next block.
    package static func paddingBytes(_ sizeBytes: Int) -> Int {
        (blockSizeBytes - sizeBytes % blockSizeBytes) % blockSizeBytes
    }

    // MARK: Writing

    /// The block; nil for a path that is too long: at most 155 bytes, a slash, and 100.
    package var bytes: [UInt8]? {
        guard let (prefix, name) = Self.split(Array(path.utf8)), sizeBytes >= 0 else { return nil }
        var block = [UInt8](repeating: 0, count: Self.blockSizeBytes)
        func put(_ bytes: some Collection<UInt8>, at offset: Int) {
            for (index, byte) in bytes.enumerated() { block[offset + index] = byte }
        }
        func octal(_ value: Int, digits: Int) -> [UInt8] {
            let text = String(value, radix: 8)
            return Array((String(repeating: "0", count: max(0, digits - text.utf8.count)) + text).utf8)
        }
        put(name, at: 0)
        put(octal(0o600, digits: 7), at: 100)
        put(octal(0, digits: 7), at: 108)
        put(octal(0, digits: 7), at: 116)
        if sizeBytes <= Self.octalSizeMax {
            put(octal(sizeBytes, digits: 11), at: 124)
        } else {
            block[124] = 0x80
            for index in 0..<8 { block[128 + index] = UInt8(truncatingIfNeeded: sizeBytes >> (8 * (7 - index))) }
        }
        put(octal(max(0, changedAt), digits: 11), at: 136)
        block[156] = UInt8(ascii: "0")
        put("ustar".utf8, at: 257)
        put("00".utf8, at: 263)
        put(prefix, at: 345)
        put(octal(Self.checksum(block), digits: 6), at: 148)
        block[155] = UInt8(ascii: " ")
        return block
    }

    /// The longest name that leaves a prefix of whole parts.
    private static func split(_ path: [UInt8]) -> (prefix: ArraySlice<UInt8>, name: ArraySlice<UInt8>)? {
        if path.count <= 100 { return path.isEmpty ? nil : ([], path[...]) }
        let slash = UInt8(ascii: "/")
        guard let cut = path.indices.first(where: { path[$0] == slash && path.count - $0 - 1 <= 100 }),
            (1...155).contains(cut)
        else { return nil }
        return (path[..<cut], path[(cut + 1)...])
    }

    /// The sum of the bytes, those of itself taken for spaces.
    private static func checksum(_ block: [UInt8]) -> Int {
        block.indices.reduce(0) { $0 + ((148..<156).contains($1) ? 0x20 : Int(block[$1])) }
    }
}

extension TarHeader {
    /// Why a block cannot be a header, in words.
    package struct Fault: Error { let detail: String }

    /// Reads a block.
    ///
    /// - Returns: nil for the zeros that end an archive.
    package static func read(_ block: [UInt8]) throws(Fault) -> TarHeader? {
        if block.allSatisfy({ $0 == 0 }) { return nil }
        guard let sum = number(block[148..<156]), sum == checksum(block) else {
            throw Fault(detail: "a header has another checksum than it says: it is not a tar archive, or damaged")
        }
        guard block[257..<262].elementsEqual("ustar".utf8) else {
            throw Fault(detail: "a header is not one of ustar")
        }
        guard let size = block[124] == 0x80 ? wideNumber(block[125..<136]) : number(block[124..<136]) else {
            throw Fault(detail: "a header has no size")
        }
        let prefix = text(block[345..<500]), name = text(block[0..<100])
        let kind: Kind =
            switch block[156] {
            case UInt8(ascii: "0"), 0: .file
            case UInt8(ascii: "5"): .directory
            default: .other(block[156])
            }
        return TarHeader(
            path: prefix.isEmpty ? name : prefix + "/" + name, sizeBytes: size, kind: kind,
            changedAt: number(block[136..<148]) ?? 0)
    }

    private static func text(_ field: ArraySlice<UInt8>) -> String {
        String(decoding: field.prefix { $0 != 0 }, as: UTF8.self)
    }

    /// Octal digits, with spaces or zeros around them.
    private static func number(_ field: ArraySlice<UInt8>) -> Int? {
        let digits = field.drop { $0 == 0x20 }.prefix { $0 != 0x20 && $0 != 0 }
        return digits.isEmpty
            ? nil : Int(String(decoding: digits, as: UTF8.self), radix: 8).flatMap { $0 < 0 ? nil : $0 }
    }

    private static func wideNumber(_ field: ArraySlice<UInt8>) -> Int? {
        var value = 0
        for byte in field {
            guard value <= Int.max >> 8 else { return nil }
            value = value << 8 | Int(byte)
        }
        return value
    }
}
