import Sockets
import Testing

@Suite struct SocketAddressTests {
    @Test(arguments: [
        ("127.0.0.1", SocketAddress.Family.ipv4, true, "127.0.0.1:80"), ("localhost", .ipv4, true, "127.0.0.1:80"),
        ("127.9.9.9", .ipv4, true, "127.9.9.9:80"), ("0.0.0.0", .ipv4, false, "0.0.0.0:80"),
        ("::1", .ipv6, true, "[::1]:80"), ("::", .ipv6, false, "[::]:80"),
        ("2001:db8::1", .ipv6, false, "[2001:db8::1]:80"),
    ])
    func numericAddresses(_ host: String, _ family: SocketAddress.Family, _ isLocal: Bool, _ text: String) throws {
        let address = try SocketAddress(host: host, port: 80)
        #expect(address.family == family && address.isLocal == isLocal && address.description == text)
    }

    /// No name is looked up, and nothing is guessed.
    @Test(arguments: ["", "example.org", "127.1", "1.2.3", "256.0.0.1", "::g", "[::1]", "127.0.0.1:80", "127.0.0.1\0"])
    func whatIsNoAddress(_ host: String) {
        #expect(throws: SocketError.self) { try SocketAddress(host: host, port: 80) }
    }

    /// What `sun_path` holds with its zero.
    @Test func pathBytesMax() throws {
        let longest = "/" + String(repeating: "a", count: 106)
        #expect(try SocketAddress(path: longest).host == longest)
        #expect(try SocketAddress(path: longest).isLocal)
        for path in ["", longest + "a", "/a\0b"] {
            #expect(throws: SocketError.self) { try SocketAddress(path: path) }
        }
    }
}
