/// `IPv6address` of RFC 3986 3.2.2: the text between the brackets of a host.
enum IPv6Literal {
    /// Eight groups of one to four hexadecimal digits; one `::` may stand for one or more of them that are zero, and
    /// an IPv4 address for the last two. Zones (RFC 6874) and future versions (`v1.`) are refused.
    static func isValid(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var groups = 0
        var hasGap = false
        var index = 0
        while index < bytes.count {
            if bytes[index] == colon {
                // A single colon is consumed behind its group, so one here begins a gap.
                guard !hasGap, index + 1 < bytes.count, bytes[index + 1] == colon else { return false }
                hasGap = true
                index += 2
                continue
            }
            let start = index
            while index < bytes.count, Octets.hexValue(bytes[index]) != nil { index += 1 }
            if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
                guard isIPv4(.init(rebasing: bytes[start...])) else { return false }
                groups += 2
                break
            }
            guard (1...4).contains(index - start) else { return false }
            groups += 1
            guard index < bytes.count else { break }
            guard bytes[index] == colon, index + 1 < bytes.count else { return false }
            if bytes[index + 1] != colon { index += 1 }
        }
        return hasGap ? groups <= 7 : groups == 8
    }

    private static let colon = UInt8(ascii: ":")

    /// `IPv4address`: four decimal octets without leading zeros.
    private static func isIPv4(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                guard (1...3).contains(part.count), part.allSatisfy(Octets.isDigit) else { return false }
                let value = part.reduce(0) { $0 * 10 + Int($1 &- 0x30) }
                return value <= 255 && (part.count == 1 || part.first != UInt8(ascii: "0"))
            }
    }
}
