package import HTTP1
package import HTTPServer
import Kernels
package import TLS

/// Every setting of `rondo serve`, with its default. `ConfigurationTable` says how each is written.
package struct ServerSettings: Sendable {
    package var host = "127.0.0.1"
    package var port = 8080
    package var tlsCertificate = ""
    package var tlsKey = ""
    package var tlsClientCA = ""
    package var tlsPort = 8443
    package var tlsOnly = false
    package var tlsWatchSeconds = 10.0
    package var data = "rondo-data"
    /// Empty: none.
    package var socket = ""
    package var socketMode = "660"
    /// Empty: `keys.json` in the data directory, if it is there.
    package var keysFile = ""
    package var allowAnonymous = false
    package var allowedHosts: [String] = []
    package var corsOrigins: [String] = []
    package var logLevel = "info"
    package var logFormat = "text"
    package var accessLog = false
    package var eventLoops = min(4, max(1, ComputePool.coreCount))
    package var trainingThreads = ComputePool.coreCount
    package var trainingNiceness = 10
    package var predictionThreads = max(2, ComputePool.coreCount)
    package var stopDelaySeconds = 0.0
    package var drainSeconds = 10.0
    package var http = HTTPLimits()
    package var service = ServiceLimits()

    package init() {}

    /// The part for the HTTP server.
    ///
    /// - Parameters:
    ///   - credentials: of the listeners that speak TLS; nil without TLS.
    ///   - inherited: listening sockets that take the place of `port` and `socket`, or, with `tlsOnly`, of `tlsPort`.
    package func httpServer(credentials: TLSCredentials?, inherited: [Int32]) -> HTTPServerConfiguration {
        var configuration = HTTPServerConfiguration(
            limits: http, eventLoopCount: eventLoops, drainSeconds: drainSeconds)
        let given = inherited.map { ListenAddress.inherited(descriptor: $0) }
        let isPlain = credentials == nil || !tlsOnly
        if let credentials {
            let encrypted = hosts.map { ListenAddress.tcp(host: $0, port: UInt16(clamping: tlsPort)) }
            configuration.tls = TLSListeners(isPlain || given.isEmpty ? encrypted : given, credentials: credentials)
        }
        let plain = given.isEmpty ? hosts.map { ListenAddress.tcp(host: $0, port: UInt16(clamping: port)) } : given
        configuration.listeners = isPlain ? plain : []
        if !socket.isEmpty && given.isEmpty {
            configuration.listeners.append(.unix(path: socket, mode: UInt32(socketMode, radix: 8) ?? 0o600))
        }
        configuration.hosts = HostPolicy(names: allowedHosts)
        configuration.crossOrigin = CrossOriginPolicy(origins: corsOrigins)
        return configuration
    }

    /// The addresses of `host`; none for `none`.
    package var hosts: [String] {
        host == "none" ? [] : host.split(separator: ",").map { $0.filter { $0 != " " } }
    }

    /// The files of TLS; nil when it is off.
    ///
    /// - Throws: `ConfigurationError` if one is given without the others it needs.
    package func tlsFiles() throws(ConfigurationError) -> TLSFiles? {
        guard !tlsCertificate.isEmpty || !tlsKey.isEmpty else {
            guard !tlsOnly, tlsClientCA.isEmpty else {
                throw ConfigurationError(
                    description: "\(tlsOnly ? "tls_only" : "tls_client_ca") needs tls_certificate and tls_key")
            }
            return nil
        }
        guard !tlsKey.isEmpty else {
            throw ConfigurationError(description: "tls_certificate needs tls_key, the file of its private key")
        }
        guard !tlsCertificate.isEmpty else {
            throw ConfigurationError(description: "tls_key needs tls_certificate, the file of its certificate")
        }
        guard tlsOnly || tlsPort != port || port == 0 else {
            throw ConfigurationError(description: "port and tls_port are both \(port): choose another, or set tls_only")
        }
        return TLSFiles(
            certificate: tlsCertificate, key: tlsKey, clientAuthorities: tlsClientCA.isEmpty ? nil : tlsClientCA)
    }

    /// The part for the service.
    package var serviceConfiguration: ServiceConfiguration {
        ServiceConfiguration(
            dataDirectory: data, limits: service, trainingThreads: trainingThreads,
            trainingNiceness: Int32(clamping: trainingNiceness),
            predictionThreads: predictionThreads)
    }

    /// Whether only this machine can reach the addresses.
    package var isLoopback: Bool { hosts.allSatisfy { $0 == "localhost" || $0 == "::1" || $0.hasPrefix("127.") } }

    /// The keys' file, and whether it may be missing.
    package var keyFile: (file: KeyFile, isOptional: Bool) {
        keysFile.isEmpty ? (KeyFile(path: data + "/keys.json"), true) : (KeyFile(path: keysFile), false)
    }
}
