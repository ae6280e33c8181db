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
    package var allowRemote = false
    package var logLevel = "info"
    package var eventLoops = min(4, max(1, ComputePool.coreCount))
    package var trainingThreads = ComputePool.coreCount
    package var trainingNiceness = 10
    package var predictionThreads = max(2, ComputePool.coreCount)
    package var stopDelaySeconds = 0.0
    package var drainSeconds = 10.0
    package var http = HTTPLimits()
    package var service = ServiceLimits()

    package init() {}

    /// The part for the HTTP server, without the certificate.
    package var httpServer: HTTPServerConfiguration {
        HTTPServerConfiguration(
            host: host, port: UInt16(clamping: port), limits: http, eventLoopCount: eventLoops, drainSeconds: drainSeconds)
    }

    /// The files of TLS; nil when it is off.
    ///
    /// - Throws: `ConfigurationError` if one is given without the others it needs.
    package func tlsFiles() throws(ConfigurationError) -> TLSFiles? {
        guard !tlsCertificate.isEmpty || !tlsKey.isEmpty else {
            guard !tlsOnly, tlsClientCA.isEmpty else {
                throw ConfigurationError(description: "\(tlsOnly ? "tls_only" : "tls_client_ca") needs tls_certificate and tls_key")
            }
            return nil
        }
        guard !tlsKey.isEmpty else { throw ConfigurationError(description: "tls_certificate needs tls_key, the file of its private key") }
        guard !tlsCertificate.isEmpty else { throw ConfigurationError(description: "tls_key needs tls_certificate, the file of its certificate") }
        guard tlsOnly || tlsPort != port || port == 0 else {
            throw ConfigurationError(description: "port and tls_port are both \(port): choose another, or set tls_only")
        }
        return TLSFiles(certificate: tlsCertificate, key: tlsKey, clientAuthorities: tlsClientCA.isEmpty ? nil : tlsClientCA)
    }

    /// The part for the service.
    package var serviceConfiguration: ServiceConfiguration {
        ServiceConfiguration(
            dataDirectory: data, limits: service, trainingThreads: trainingThreads, trainingNiceness: Int32(clamping: trainingNiceness),
            predictionThreads: predictionThreads)
    }

    /// Whether only this machine can reach the address.
    package var isLoopback: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }
}
