/// Every limit of the protocol and of a connection, in one place, each with its unit in its name.
///
/// A connection's memory is bounded by the sum of the byte limits below; its life by the seconds.
package struct HTTPLimits: Sendable, Equatable {
    // MARK: Sizes (hit → status)

    /// Longest request line without its CRLF. Beyond: 414 (RFC 9110 15.5.15).
    package var requestLineBytesMax = 16 * 1024
    /// Request line and all field lines together, with their CRLFs. Beyond: 431 (RFC 6585 5).
    package var headBytesMax = 32 * 1024
    /// Number of field lines. Beyond: 431.
    package var fieldCountMax = 100
    /// Content of a request for routes that do not say otherwise. Beyond: 413 (RFC 9110 15.5.14).
    package var bodyBytesMax = 64 * 1024 * 1024
    /// Bytes of content for each byte of its compressed form, beyond a first MiB. Beyond: 413.
    package var expansionRatioMax = 200
    /// Content of a response from which on it is compressed, if its type and the client allow.
    package var compressBytesMin = 1024
    /// All chunk extensions of one body together (RFC 9112 7.1.1 asks for a limit). Beyond: 413.
    package var chunkExtensionBytesMax = 16 * 1024
    /// The trailer section of one body. Beyond: 431.
    package var trailerBytesMax = 16 * 1024
    /// Number of trailer fields. Beyond: 431.
    package var trailerCountMax = 100
    /// Empty lines ignored before a request line (RFC 9112 2.2: at least one should be). Beyond: 400.
    package var leadingEmptyLinesMax = 1

    // MARK: Buffers (hit → the other side waits)

    /// Unparsed input (pipelined requests) held while a response is under way; then reading pauses.
    package var inputBufferBytesMax = 64 * 1024
    /// Body bytes held for a handler that is not reading; then reading pauses.
    package var bodyBufferBytesMax = 64 * 1024
    /// Response bytes not yet taken by the socket at which `BodyWriter.write` suspends.
    package var writeHighWaterBytes = 16 * 1024
    /// Response bytes below which a suspended `BodyWriter.write` goes on.
    package var writeLowWaterBytes = 8 * 1024
    /// Unread request body that is thrown away to keep a connection; with more to come it closes.
    package var discardBytesMax = 64 * 1024
    /// Input thrown away while closing, so that the last response is not lost to a reset (RFC 9112 9.6). Many clients
    /// send all of a body before they read why it is refused: Python's `http.client` does.
    package var lingerBytesMax = 1024 * 1024 * 1024

    // MARK: Counts

    /// Open connections. Beyond: 503 and close.
    package var connectionsMax = 10_000
    /// Open connections of one address (IPv6: of one /64). Beyond: 429 and close.
    package var connectionsPerAddressMax = 5_000
    /// Requests under way in the server, but for those that need no key. Beyond: 503.
    package var requestsInFlightMax = 8_192
    /// Requests under way of one key, or of one address where no key is given. Beyond: 429.
    package var requestsInFlightPerClientMax = 4_096
    /// Requests a second of one key or address, on average. Beyond: 429. 0: any number.
    package var requestsPerSecond = 0.0
    /// Requests that one key or address may send at once after a silence; of use with `requestsPerSecond`.
    package var requestBurst = 100
    /// Requests on one connection, after which it is closed in an orderly way.
    package var requestsPerConnectionMax = 1_000_000

    // MARK: Times

    /// From accepting to the end of TLS's handshake. Beyond: close.
    package var handshakeSeconds = 10.0
    /// From the first byte of a request (or from accepting) to the end of its head. Beyond: 408.
    package var headSeconds = 10.0
    /// Waiting for body bytes before the least rate is asked for.
    package var bodyGraceSeconds = 5.0
    /// Least rate of a request body over every `bodyGraceSeconds` in which we wait for it. Below: 408.
    package var bodyBytesPerSecondMin = 1000
    /// Silence between two requests of a connection. Beyond: close. More than the 60 s after which proxies and
    /// balancers usually close: were it as long or less, they would send a request into a connection that is closing.
    package var idleSeconds = 90.0
    /// No byte of a response taken by the client while some wait. Beyond: close. It is what bounds a live stream, whose
    /// rate is its producer's.
    package var writeStallSeconds = 30.0
    /// How far, in seconds, a client may fall behind `responseBytesPerSecondMin`. Beyond: close.
    package var responseGraceSeconds = 10.0
    /// Least rate at which a client takes a response whose length is known: one made whole, or the rest of a stream
    /// that has ended. 0: any.
    package var responseBytesPerSecondMin = 1000
    /// From the client's end of its direction (a half-close, or its departure: they look alike until we write) to the
    /// response, and between two writes of a stream. Beyond: the handler is cancelled, close.
    package var halfClosedSeconds = 1.0
    /// Of silence, from our last byte to the client's end of the connection. Beyond: close.
    package var lingerSeconds = 2.0
    /// As `lingerSeconds`, of a client that goes on sending.
    package var lingerSecondsMax = 30.0
    /// Of a graceful stop: for the next request of a connection that is between two, and may have sent it already.
    /// Then: close.
    package var stopGraceSeconds = 0.3
    /// Pause of accepting after the process ran out of descriptors (EMFILE).
    package var acceptBackoffSeconds = 0.1

    /// The defaults above.
    package init() {}
}
