import HTTPServer
import Kernels
import Logging
import SequenceService
import Synchronization
import TLS

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A service and its HTTP server, from the first file opened to the last thread ended.
final class ServerProcess: Sendable {
    /// What a supervisor sees when durable state could not be written (EX_SOFTWARE).
    private static let fatalExitCode: Int32 = 70
    /// Streams get their last event this long before connections are closed.
    private static let lastEventSeconds = 5.0

    let service: Service
    /// Where it listens, plain first.
    let urls: [String]
    var url: String { urls.first ?? "" }
    private let settings: ServerSettings
    private let server: HTTPServer
    private let logger: Logger
    private let certificateWatch: CertificateWatch?

    /// Opens the data directory, binds the address and answers requests; runs no jobs yet.
    ///
    /// - Throws: errors of the data directory and of the address.
    init(settings: ServerSettings, logger: Logger) async throws {
        try Self.checkInstructionSet()
        Self.raiseDescriptorLimit()
        let service = try Service(configuration: settings.serviceConfiguration, logger: logger) { error in
            logger.critical("state could not be written; the process ends, the next one resumes", metadata: ["error": "\(error)"])
            _exit(Self.fatalExitCode)
        }
        let credentials = try settings.tlsFiles().map { files throws(TLSError) in try TLSCredentials(files: files) }
        var configuration = settings.httpServer
        configuration.tls = credentials.map {
            TLSListener(host: settings.host, port: UInt16(clamping: settings.tlsPort), credentials: $0)
        }
        let holder = ServerHolder()
        let router = service.routes(limits: ConfigurationTable.limits(of: settings)) { holder.statistics }
        server = HTTPServer(
            configuration: configuration, router: router,
            errorResponder: { error, id in service.answerUnrouted(to: error, requestID: id) }, logger: logger)
        holder.set(server)
        self.service = service
        self.settings = settings
        self.logger = logger
        var urls: [String] = []
        if !settings.tlsOnly { urls.append("http://\(try await server.start())") }
        if credentials != nil { urls.append("https://\(try await server.startTLS())") }
        self.urls = urls
        certificateWatch = credentials.map { CertificateWatch($0, everySeconds: settings.tlsWatchSeconds, logger: logger) }
    }

    /// Reads the files of TLS again, changed or not. A broken certificate is logged and the old one stays.
    func reloadCertificates() { certificateWatch?.reload() }

    /// Begins to run jobs.
    func start() { service.start() }

    /// Stops gracefully: /readyz says 503, the running job saves a checkpoint, requests under way end, streams end with their
    /// last event.
    func stop() async {
        service.beginStop()
        if settings.stopDelaySeconds > 0 { try? await Task.sleep(for: .seconds(settings.stopDelaySeconds)) }
        let cancel = Task { [settings, service] in
            let seconds = max(settings.drainSeconds / 2, settings.drainSeconds - Self.lastEventSeconds)
            guard (try? await Task.sleep(for: .seconds(seconds))) != nil else { return }
            service.cancelPredictions()
        }
        await server.shutdown()
        cancel.cancel()
        await service.stop()
    }

    /// A forced instruction set that this machine lacks would be another one than the operator thinks.
    private static func checkInstructionSet() throws(ConfigurationError) {
        guard let name = ProcessEnvironment.variables["RONDO_ISA"], InstructionSet.kernels(named: name) == nil else { return }
        let possible = ["scalar", "avx2", "neon"].filter { InstructionSet.kernels(named: $0) != nil }
        throw ConfigurationError(description: "RONDO_ISA: \"\(name)\" is no instruction set of this machine; possible are \(possible.joined(separator: ", "))")
    }

    /// Descriptors are cheap and connections are many: take as many as the system allows.
    private static func raiseDescriptorLimit() {
        #if canImport(Glibc)
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        #endif
    }
}

/// Lets the routes see the server that serves them.
private final class ServerHolder: Sendable {
    private let server = Mutex<HTTPServer?>(nil)

    func set(_ new: HTTPServer) { server.withLock { $0 = new } }
    var statistics: HTTPServer.Statistics? { server.withLock { $0 }?.statistics() }
}
