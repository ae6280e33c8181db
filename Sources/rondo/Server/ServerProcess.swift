import HTTPServer
import Kernels
import Logging
import SequenceService
import Sockets
import Synchronization
import TLS
import System

/// A service and its HTTP server, from the first file opened to the last thread ended.
final class ServerProcess: Sendable {
    /// Streams get their last event this long before connections are closed.
    private static let lastEventSeconds = 5.0

    /// What `rondo serve` adds to a server of its own machine's user.
    struct Access: Sendable {
        /// Who may ask.
        let keys: KeyRing
        /// Listening sockets that the process was started with; with some, `host`, `port` and `socket` are not bound.
        let inherited: [Int32]
        let log: AccessLog
        /// Says why the process ends.
        let end: ServerEnd
    }

    /// The addresses cannot be listened on now; later they may be.
    struct AddressInUse: Error, CustomStringConvertible { let description: String }

    let service: Service
    /// What is listened on: `http://127.0.0.1:8080`, `https://127.0.0.1:8443`, `unix:/run/rondo.sock`.
    let addresses: [String]
    /// The first address of `host`.
    var url: String { addresses.first ?? "" }
    private let settings: ServerSettings
    private let server: HTTPServer
    private let logger: Logger
    /// nil without TLS.
    let certificateWatch: CertificateWatch?

    /// Opens the data directory, binds the address and answers requests; runs no jobs yet.
    ///
    /// - Parameter access: nil for a server that only lives as long as a command, on loopback and without keys.
    /// - Throws: errors of the data directory and of the address; `ConfigurationError` if others could reach it without
    ///   keys.
    init(settings: ServerSettings, logger: Logger, access: Access? = nil) async throws {
        try Self.checkInstructionSet()
        let inherited = access?.inherited ?? []
        if inherited.isEmpty { try Self.checkReach(settings.isLoopback, settings, access) }
        Self.raiseDescriptorLimit()
        let end = access?.end ?? ServerEnd(logger)
        let service = try Service(configuration: settings.serviceConfiguration, logger: logger) { error in
            end.now(
                "state could not be written (the next process resumes): \(error)", ServerExit.software,
                ["error": "\(error)"])
        }
        let credentials = try settings.tlsFiles().map { files throws(TLSError) in try TLSCredentials(files: files) }
        let holder = ServerHolder()
        let router = FaceTable.router(service, limits: ConfigurationTable.limits(of: settings)) { holder.statistics }
        var configuration = settings.httpServer(credentials: credentials, inherited: inherited)
        configuration.authenticator = access?.keys
        if let log = access?.log { configuration.onRequestEnd = { log.write($0) } }
        configuration.onMemoryFreed = { [trimmer = service.trimmer] in trimmer.noteFreed($0) }
        guard !configuration.listeners.isEmpty || configuration.tls?.listeners.isEmpty == false else {
            throw ConfigurationError(description: "host is none and there is no socket: nothing to listen on")
        }
        server = try HTTPServer(
            configuration: configuration, router: router,
            errorResponder: { error, id in FaceTable.response(to: error, requestID: id, in: service) }, logger: logger)
        holder.set(server)
        self.service = service
        self.settings = settings
        self.logger = logger
        certificateWatch = credentials.map {
            CertificateWatch($0, everySeconds: settings.tlsWatchSeconds, logger: logger)
        }
        let bound: [(address: SocketAddress, isTLS: Bool)]
        do {
            bound = try server.bind()
        } catch {
            let fault = "cannot listen (host, port, tls_port, socket): \(error)"
            guard let code = (error as? SocketError)?.code, [EADDRINUSE, EADDRNOTAVAIL].contains(code) else {
                throw ConfigurationError(description: fault)
            }
            throw AddressInUse(description: fault)
        }
        addresses = bound.map {
            $0.address.family == .unix ? "\($0.address)" : "\($0.isTLS ? "https" : "http")://\($0.address)"
        }
        try Self.checkReach(bound.allSatisfy(\.address.isLocal), settings, access)
        try await server.start()
    }

    /// Without keys only this machine may reach the server, unless its operator says otherwise.
    private static func checkReach(_ isLocal: Bool, _ settings: ServerSettings, _ access: Access?)
        throws(ConfigurationError)
    {
        guard !isLocal, access?.keys.isEnforced != true, !settings.allowAnonymous else { return }
        throw ConfigurationError(
            description: """
                will not listen where others could reach it (host is \(settings.host)) without keys. Make one with \
                "rondo keys add NAME --role admin", use a loopback address, or say --allow-anonymous \
                (RONDO_ALLOW_ANONYMOUS=true).
                """)
    }

    /// Begins to run jobs.
    func start() { service.start() }

    /// Stops gracefully: /readyz says 503, the running job saves a checkpoint, requests under way end, streams end with
    /// their last event.
    func stop() async {
        service.beginStop()
        if settings.stopDelaySeconds > 0 { try? await Task.sleep(for: .seconds(settings.stopDelaySeconds)) }
        let cancel = Task { [settings, service] in
            let seconds = max(settings.drainSeconds / 2, settings.drainSeconds - Self.lastEventSeconds)
            guard (try? await Task.sleep(for: .seconds(seconds))) != nil else { return }
            service.cancelStreams()
        }
        await server.shutdown()
        cancel.cancel()
        await service.stop()
    }

    /// A forced instruction set that this machine lacks would be another one than the operator thinks.
    private static func checkInstructionSet() throws(ConfigurationError) {
        if let refusal = InstructionSet.refusal { throw ConfigurationError(description: refusal) }
    }

    /// Descriptors are cheap and connections are many: take as many as the system allows.
    private static func raiseDescriptorLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur < limit.rlim_max
        else { return }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}

/// Lets the routes see the server that serves them.
private final class ServerHolder: Sendable {
    private let server = Mutex<HTTPServer?>(nil)

    func set(_ new: HTTPServer) { server.withLock { $0 = new } }
    var statistics: ServerStatistics? { server.withLock { $0 }?.statistics() }
}
