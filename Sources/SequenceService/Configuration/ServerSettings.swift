package import HTTP1
package import HTTPServer
import Kernels

/// Every setting of `rondo serve`, with its default. `ConfigurationTable` says how each is written.
package struct ServerSettings: Sendable {
    package var host = "127.0.0.1"
    package var port = 8080
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

    /// The part for the HTTP server.
    package var httpServer: HTTPServerConfiguration {
        HTTPServerConfiguration(
            host: host, port: UInt16(clamping: port), limits: http, eventLoopCount: eventLoops, drainSeconds: drainSeconds)
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
