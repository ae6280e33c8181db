import Logging
import SequenceService
import TLS

/// Takes up changed certificates; a broken one is logged, once, and the old stays in use.
final class CertificateWatch: Reloadable {
    private let credentials: TLSCredentials
    private let logger: Logger
    private let task: Task<Void, Never>

    init(_ credentials: TLSCredentials, everySeconds seconds: Double, logger: Logger) {
        self.credentials = credentials
        self.logger = logger
        Self.warn(credentials, logger)
        task = Task {
            while (try? await Task.sleep(for: .seconds(seconds))) != nil {
                do throws(TLSError) {
                    if try credentials.reloadIfChanged() { Self.report(credentials, logger) }
                } catch {
                    Self.refuse(error, logger)
                }
            }
        }
    }

    deinit { task.cancel() }

    var name: String { "certificate" }

    /// Reads the files now, changed or not. What files they are is said at the start.
    func reload(_ settings: ServerSettings) throws {
        try credentials.reload()
        Self.report(credentials, logger)
    }

    private static func report(_ credentials: TLSCredentials, _ logger: Logger) {
        logger.notice("new certificate in use", metadata: ["file": "\(credentials.files.certificate)"])
        warn(credentials, logger)
    }

    private static func warn(_ credentials: TLSCredentials, _ logger: Logger) {
        if let warning = credentials.warning() { logger.warning("\(warning)") }
    }

    private static func refuse(_ error: TLSError, _ logger: Logger) {
        logger.error("the new certificate is not used, the old one stays", metadata: ["error": "\(error)"])
    }
}
