import HTTP1

extension ConfigurationTable {
    private static let counts = 1...10_000_000
    private static let seconds = 0.01...86_400.0

    /// Limits of connections, requests and responses.
    static let httpLimits: [ConfigurationKey] = [
        ConfigurationKey(
            "request_line_bytes_max", "bytes", .integer(\.http.requestLineBytesMax, 64...(1 << 24)), isLimit: true,
            "Request line (414)."),
        ConfigurationKey(
            "head_bytes_max", "bytes", .integer(\.http.headBytesMax, 128...(1 << 24)), isLimit: true,
            "Request line and header fields together (431)."),
        ConfigurationKey(
            "field_count_max", "fields", .integer(\.http.fieldCountMax, 1...10_000), isLimit: true,
            "Header fields (431)."),
        ConfigurationKey(
            "expansion_ratio_max", "", .integer(\.http.expansionRatioMax, 1...1032), isLimit: true,
            "Bytes of a compressed body for each byte sent, beyond a first MiB (413). The size limits hold for the "
                + "expanded body."
        ),
        ConfigurationKey(
            "compress_bytes_min", "bytes", .integer(\.http.compressBytesMin, 0...(1 << 40)), isLimit: true,
            "Size of a response from which on it is compressed, for clients that accept gzip."),
        ConfigurationKey(
            "connections_max", "connections", .integer(\.http.connectionsMax, counts), isLimit: true,
            "Open connections (503)."),
        ConfigurationKey(
            "connections_per_address_max", "connections", .integer(\.http.connectionsPerAddressMax, counts),
            isLimit: true, "Open connections of one IPv4 address or IPv6 /64 (429)."),
        ConfigurationKey(
            "requests_in_flight_max", "requests", .integer(\.http.requestsInFlightMax, counts), isLimit: true,
            "Requests under way, but for those that need no key (503 with Retry-After)."),
        ConfigurationKey(
            "requests_in_flight_per_client_max", "requests", .integer(\.http.requestsInFlightPerClientMax, counts),
            isLimit: true, "Requests under way of one key, without keys of one address (429 with Retry-After)."),
        ConfigurationKey(
            "requests_per_second", "requests/s", .number(\.http.requestsPerSecond, 0...1_000_000), isLimit: true,
            "Average rate of one key, without keys of one address (429 with Retry-After); 0: any."),
        ConfigurationKey(
            "request_burst", "requests", .integer(\.http.requestBurst, counts), isLimit: true,
            "Requests that a key or address may send at once after a silence, where requests_per_second is set."),
        ConfigurationKey(
            "requests_per_connection_max", "requests", .integer(\.http.requestsPerConnectionMax, 1...(1 << 40)),
            isLimit: true, "Requests on one connection, which then closes."),
        ConfigurationKey(
            "write_high_water_bytes", "bytes", .integer(\.http.writeHighWaterBytes, 1...(1 << 30)), isLimit: true,
            "Response bytes that wait for one client before its stream pauses."),
        ConfigurationKey(
            "handshake_seconds", "seconds", .number(\.http.handshakeSeconds, seconds), isLimit: true,
            "From accepting to the end of TLS's handshake; then the connection closes."),
        ConfigurationKey(
            "head_seconds", "seconds", .number(\.http.headSeconds, seconds), isLimit: true,
            "From the first byte of a request to the end of its head (408)."),
        ConfigurationKey(
            "body_grace_seconds", "seconds", .number(\.http.bodyGraceSeconds, seconds), isLimit: true,
            "Waiting for body bytes before body_bytes_per_second_min applies."),
        ConfigurationKey(
            "body_bytes_per_second_min", "bytes/s", .integer(\.http.bodyBytesPerSecondMin, 0...(1 << 30)),
            isLimit: true, "Least rate of a request body (408)."),
        ConfigurationKey(
            "idle_seconds", "seconds", .number(\.http.idleSeconds, seconds), isLimit: true,
            "Silence between two requests of a connection, which then closes; more than the proxy's in front."),
        ConfigurationKey(
            "linger_bytes_max", "bytes", .integer(\.http.lingerBytesMax, 1...(1 << 40)), isLimit: true,
            "Of a refused body, read and thrown away so that the client gets to its answer; then the connection closes."
        ),
        ConfigurationKey(
            "linger_seconds_max", "seconds", .number(\.http.lingerSecondsMax, seconds), isLimit: true,
            "For a client that goes on sending a refused body."),
        ConfigurationKey(
            "half_closed_seconds", "seconds", .number(\.http.halfClosedSeconds, seconds), isLimit: true,
            "For the answer to a client that has closed its sending half."),
        ConfigurationKey(
            "write_stall_seconds", "seconds", .number(\.http.writeStallSeconds, seconds), isLimit: true,
            "Without a response byte taken by the client, whose connection then closes."),
        ConfigurationKey(
            "response_grace_seconds", "seconds", .number(\.http.responseGraceSeconds, seconds), isLimit: true,
            "How far a client may fall behind response_bytes_per_second_min; then its connection closes."),
        ConfigurationKey(
            "response_bytes_per_second_min", "bytes/s", .integer(\.http.responseBytesPerSecondMin, 0...(1 << 30)),
            isLimit: true,
            "Least rate at which a client takes a response, but for a stream while it is computed; 0: any."),
    ]
}
