package import HTTP1
package import TLS

/// A listener that speaks TLS.
package struct TLSListener: Sendable {
    /// A numeric IPv4 or IPv6 address, or `localhost`.
    package var host: String
    /// 0 lets the system choose; `startTLS` returns the choice.
    package var port: UInt16
    /// The certificate, replaced while the server runs by its `reload`.
    package var credentials: TLSCredentials

    package init(host: String = "127.0.0.1", port: UInt16 = 0, credentials: TLSCredentials) {
        self.host = host
        self.port = port
        self.credentials = credentials
    }
}

/// Where and how a server listens.
package struct HTTPServerConfiguration: Sendable {
    /// A numeric IPv4 or IPv6 address, or `localhost`.
    package var host: String
    /// 0 lets the system choose; `start` returns the choice.
    package var port: UInt16
    /// Beside or in place of the plain listener.
    package var tls: TLSListener?
    /// Sizes, counts and times.
    package var limits: HTTPLimits
    /// Number of event loops, at least 1.
    package var eventLoopCount: Int
    /// How long `shutdown` waits for requests under way, in seconds.
    package var drainSeconds: Double

    /// Loopback and the default limits, unless said otherwise.
    package init(
        host: String = "127.0.0.1", port: UInt16 = 0, limits: HTTPLimits = HTTPLimits(), eventLoopCount: Int = 2,
        drainSeconds: Double = 10
    ) {
        self.host = host
        self.port = port
        self.limits = limits
        self.eventLoopCount = max(1, eventLoopCount)
        self.drainSeconds = drainSeconds
    }
}
