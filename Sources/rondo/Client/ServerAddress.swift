/// Where a server is: what `--url` and RONDO_URL say.
enum ServerAddress: Equatable {
    case tcp(host: String, port: String, isTLS: Bool)
    /// A Unix domain socket, plain.
    case unix(path: String)

    /// - Parameter url: `http://host[:port]`, `https://host[:port]` or `unix:path`.
    init(url: String) throws(ClientError) {
        if url.hasPrefix("unix:") {
            let path = String(url.dropFirst("unix:".count))
            guard !path.isEmpty, path != "//", !path.utf8.contains(0) else {
                throw ClientError(description: "\(url): expected unix:/path/of/the/socket")
            }
            // `unix:///run/rondo.sock` is the same path with more slashes.
            self = .unix(path: path)
            return
        }
        guard let scheme = ["http://", "https://"].first(where: { url.hasPrefix($0) }) else {
            let hint =
                url.contains("://")
                ? "only http://, https:// and unix: are spoken" : "expected http://host:port or unix:/path"
            throw ClientError(description: "\(url): \(hint)")
        }
        let isTLS = scheme == "https://"
        let (host, port) = try Self.split(url.dropFirst(scheme.count), url)
        self = .tcp(host: host, port: port ?? (isTLS ? "443" : "80"), isTLS: isTLS)
    }

    private static func split(_ text: Substring, _ url: String) throws(ClientError) -> (host: String, port: String?) {
        var authority = text
        while authority.hasSuffix("/") { authority = authority.dropLast() }
        guard !authority.isEmpty, !authority.contains("/") else {
            throw ClientError(description: "\(url): expected http://host:port")
        }
        let host: String
        let port: String?
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
            host = String(authority[authority.index(after: authority.startIndex)..<end])
            let rest = authority[authority.index(after: end)...]
            port = rest.hasPrefix(":") ? String(rest.dropFirst()) : nil
        } else {
            let parts = authority.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            host = parts.first ?? ""
            port = parts.count == 2 ? parts[1] : nil
        }
        guard !host.isEmpty else { throw ClientError(description: "\(url): expected http://host:port") }
        guard port.map({ UInt16($0).map { $0 > 0 } == true }) ?? true else {
            throw ClientError(description: "\(url): the port \"\(port ?? "")\" is not a whole number from 1 to 65535")
        }
        return (host, port)
    }

    var isTLS: Bool {
        switch self {
        case .tcp(_, _, let isTLS): isTLS
        case .unix: false
        }
    }

    /// The value of the Host field (RFC 9112 3.2); a socket's file has no name of a host.
    var hostField: String {
        switch self {
        case .tcp(let host, let port, _): (host.contains(":") ? "[\(host)]" : host) + ":" + port
        case .unix: "localhost"
        }
    }
}
