package import HTTP1
package import TLS

/// Listeners that speak TLS.
package struct TLSListeners: Sendable {
    /// Addresses that speak TLS.
    package var listeners: [ListenAddress]
    /// The certificate, replaced while the server runs by its `reload`.
    package var credentials: TLSCredentials

    /// Listeners that show one certificate; by default a free port of loopback.
    package init(_ listeners: [ListenAddress] = [.tcp(host: "127.0.0.1", port: 0)], credentials: TLSCredentials) {
        self.listeners = listeners
        self.credentials = credentials
    }
}

/// Where and how a server listens.
package struct HTTPServerConfiguration: Sendable {
    /// Without TLS; with `tls` it may be empty.
    package var listeners: [ListenAddress]
    /// Beside or in place of the plain listeners.
    package var tls: TLSListeners?
    /// Who asks by TLS can always do so: nothing is listened on without.
    var isTLSOnly: Bool { tls != nil && listeners.isEmpty }
    /// Sizes, counts and times.
    package var limits: HTTPLimits
    /// Number of event loops, at least 1.
    package var eventLoopCount: Int
    /// How long `shutdown` waits for requests under way, in seconds.
    package var drainSeconds: Double
    /// Who may ask for what; nil: everybody for everything.
    package var authenticator: (any Authenticator)?
    /// By which names it may be asked, beside its addresses.
    package var hosts = HostPolicy()
    /// Which web pages of other origins may ask.
    package var crossOrigin = CrossOriginPolicy()
    /// Hears of every request that has ended. Runs on event loops, so it must be quick.
    package var onRequestEnd: (@Sendable (AccessRecord) -> Void)?
    /// Hears of what a connection held that has ended, in bytes, if it was more than a connection always holds. Runs on
    /// event loops, so it must be quick.
    package var onMemoryFreed: (@Sendable (_ sizeBytes: Int) -> Void)?

    /// One listener on loopback and the default limits, unless said otherwise.
    package init(
        host: String = "127.0.0.1", port: UInt16 = 0, limits: HTTPLimits = HTTPLimits(), eventLoopCount: Int = 2,
        drainSeconds: Double = 10
    ) {
        listeners = [.tcp(host: host, port: port)]
        self.limits = limits
        self.eventLoopCount = max(1, eventLoopCount)
        self.drainSeconds = drainSeconds
    }
}
