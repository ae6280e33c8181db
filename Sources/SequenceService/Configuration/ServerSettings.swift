package import HTTP1
package import HTTPServer
import Kernels

/// Every setting of `rondo serve`, with its default. `ConfigurationTable` says how each is written.
package struct ServerSettings: Sendable {
    package var host = "127.0.0.1"
    package var port = 8080
    package var data = "rondo-data"
    /// Empty: none.
    package var socket = ""
    package var socketMode = "660"
    /// Empty: `keys.json` in the data directory, if it is there.
    package var keysFile = ""
    package var allowAnonymous = false
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
    package var httpServer: HTTPServerConfiguration {
        var configuration = HTTPServerConfiguration(limits: http, eventLoopCount: eventLoops, drainSeconds: drainSeconds)
        configuration.listeners = hosts.map { .tcp(host: $0, port: UInt16(clamping: port)) }
        if !socket.isEmpty { configuration.listeners.append(.unix(path: socket, mode: UInt32(socketMode, radix: 8) ?? 0o600)) }
        configuration.crossOrigin = CrossOriginPolicy(origins: corsOrigins)
        return configuration
    }

    /// The addresses of `host`; none for `none`.
    package var hosts: [String] {
        host == "none" ? [] : host.split(separator: ",").map { $0.filter { $0 != " " } }
    }

    /// The part for the service.
    package var serviceConfiguration: ServiceConfiguration {
        ServiceConfiguration(
            dataDirectory: data, limits: service, trainingThreads: trainingThreads, trainingNiceness: Int32(clamping: trainingNiceness),
            predictionThreads: predictionThreads)
    }

    /// Whether only this machine can reach the addresses.
    package var isLoopback: Bool { hosts.allSatisfy { $0 == "localhost" || $0 == "::1" || $0.hasPrefix("127.") } }

    /// The keys' file, and whether it may be missing.
    package var keyFile: (file: KeyFile, isOptional: Bool) {
        keysFile.isEmpty ? (KeyFile(path: data + "/keys.json"), true) : (KeyFile(path: keysFile), false)
    }
}
