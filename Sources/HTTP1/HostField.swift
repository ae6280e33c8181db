/// `Host = uri-host [ ":" port ]` (RFC 9110 7.2, RFC 3986 3.2.2).
enum HostField {
    /// Refuses an empty host (RFC 9110 4.2.1), user information (4.2.4), and everything not in the grammar.
    static func validate(_ bytes: UnsafeRawBufferPointer) throws(ProtocolFault) {
        guard let first = bytes.first else { throw .bad("the host is empty") }
        guard first != UInt8(ascii: "[") else { return try validateLiteral(bytes) }
        let colon = bytes.firstIndex(of: UInt8(ascii: ":")) ?? bytes.count
        guard colon > 0 else { throw .bad("the host is empty") }
        let name = UnsafeRawBufferPointer(rebasing: bytes[0..<colon])
        // Percent-encoded host names are legal in URIs and of no use here; a "%" is refused with the rest. So is ",":
        // a recipient that merged two Host fields would have put it there (RFC 9110 5.3).
        guard Octets.all(name, Octets.regName), !name.contains(UInt8(ascii: ",")) else {
            throw .bad("a character not allowed in the host")
        }
        try validatePort(.init(rebasing: bytes[colon...]))
    }

    private static func validateLiteral(_ bytes: UnsafeRawBufferPointer) throws(ProtocolFault) {
        guard let end = bytes.firstIndex(of: UInt8(ascii: "]")), IPv6Literal.isValid(.init(rebasing: bytes[1..<end]))
        else { throw .bad("the host is not an IPv6 literal") }
        try validatePort(.init(rebasing: bytes[(end + 1)...]))
    }

    /// - Parameter bytes: nothing, or ":" and digits.
    private static func validatePort(_ bytes: UnsafeRawBufferPointer) throws(ProtocolFault) {
        guard let first = bytes.first else { return }
        guard first == UInt8(ascii: ":"), bytes.count <= 6 else { throw .bad("the host's port is malformed") }
        var port = 0
        for byte in bytes.dropFirst() {
            guard Octets.isDigit(byte) else { throw .bad("the host's port is malformed") }
            port = port * 10 + Int(byte &- 0x30)
        }
        guard port <= 65_535 else { throw .bad("the host's port is out of range") }
    }
}
