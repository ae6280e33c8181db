package import HTTP1
package import HTTPServer
import Kernels
package import TLS

/// Every setting of `rondo serve`, with its default. `ConfigurationTable` says how each is written.
package struct ServerSettings: Sendable {
    /// Addresses to listen on, with commas between them.
    package var host = "127.0.0.1"
    /// Port of plain HTTP; 0 takes a free one.
    package var port = 8080
    /// PEM file; empty: no TLS.
    package var tlsCertificate = ""
    /// PEM file of the certificate's key.
    package var tlsKey = ""
    /// PEM file of the authorities of clients; empty: clients show no certificate.
    package var tlsClientCA = ""
    /// Port of TLS; 0 takes a free one.
    package var tlsPort = 8443
    /// Whether the plain port stays closed.
    package var tlsOnly = false
    /// Between two looks at the TLS files.
    package var tlsWatchSeconds = 10.0
    /// Directory of everything that is kept.
    package var data = "rondo-data"
    /// Whether nothing in it is changed.
    package var isReadOnly = false
    /// Names the model that answers where a request cannot; empty: the only one there is.
    package var defaultModel = ""
    /// Whether all invocations are lines, whatever their type says.
    package var sageMakerBatch = false
    /// JSON of what SageMaker's batch transforms ask for; empty: DeepAR's defaults.
    package var deepARConfiguration = ""
    /// Empty: none.
    package var socket = ""
    /// Permissions of the socket's file, octal.
    package var socketMode = "660"
    /// Empty: `keys.json` in the data directory, if it is there.
    package var keysFile = ""
    /// Empty: `state-keys.json` in the data directory.
    package var stateKeysFile = ""
    /// Whether to listen without keys where others can reach the server.
    package var allowAnonymous = false
    /// Names that the Host field may have besides addresses and localhost.
    package var allowedHosts: [String] = []
    /// Origins whose pages may read answers; `*` for all.
    package var corsOrigins: [String] = []
    /// Least severity that is logged.
    package var logLevel = "info"
    /// `text` or `json`.
    package var logFormat = "text"
    /// Whether each request is a line on standard output.
    package var accessLog = false
    /// Threads of the HTTP server's event loops.
    package var eventLoops = min(4, max(1, ComputePool.coreCount))
    /// Threads of training's compute pool.
    package var trainingThreads = ComputePool.coreCount
    /// Added to the OS priority value of training threads, 0 to 19.
    package var trainingNiceness = 10
    /// Threads of the prediction engine, at least 2.
    package var predictionThreads = max(2, ComputePool.coreCount)
    /// From SIGTERM until no more connections are accepted.
    package var stopDelaySeconds = 0.0
    /// For requests under way when the server stops.
    package var drainSeconds = 10.0
    /// Limits of the HTTP server.
    package var http = HTTPLimits()
    /// Limits of the service.
    package var service = ServiceLimits()

    /// Every setting at its default.
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
        var configuration = ServiceConfiguration(
            dataDirectory: data, limits: service, trainingThreads: trainingThreads,
            trainingNiceness: Int32(clamping: trainingNiceness),
            predictionThreads: predictionThreads)
        configuration.isReadOnly = isReadOnly
        configuration.stateKeysFile = stateKeysFile
        configuration.defaultModel = ModelReference(defaultModel)
        configuration.deepARConfiguration = deepARConfiguration
        configuration.takesLinesOnly = sageMakerBatch
        return configuration
    }

    /// Whether only this machine can reach the addresses.
    package var isLoopback: Bool { hosts.allSatisfy { $0 == "localhost" || $0 == "::1" || $0.hasPrefix("127.") } }

    /// The keys' file, and whether it may be missing.
    package var keyFile: (file: KeyFile, isOptional: Bool) {
        keysFile.isEmpty ? (KeyFile(path: data + "/keys.json"), true) : (KeyFile(path: keysFile), false)
    }
}
