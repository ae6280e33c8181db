import Foundation
import JSON
import Logging
import SequenceModels
import SequenceService
import Store
import Testing

/// A service on a data directory of its own, without sockets.
final class ServiceFixture: Sendable {
    let service: Service
    private let directory: URL

    init(limits: ServiceLimits = ServiceLimits()) throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "rondo-service-\(UUID().uuidString)")
        service = try Service(
            configuration: ServiceConfiguration(
                dataDirectory: directory.path, limits: limits, trainingThreads: 1, predictionThreads: 2),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, onFatal: { Issue.record("\($0)") })
    }

    /// Ends the threads and deletes the directory.
    func end() async {
        await service.stop()
        try? FileManager.default.removeItem(at: directory)
    }

    /// A forecast of a short season, learned in one epoch.
    static func season(_ model: String, promotion: JobRequest.Promotion = .always) throws -> JobRequest {
        var settings = SettingsRequest()
        settings.network.hidden = 4
        settings.training.epochs = 1
        let series = JSONValue.numbers((0..<40).map { Double($0 % 5) })
        return JobRequest(
            model: model, settings: settings,
            data: try TrainingData.stored(["sequences": .array([series])], tokens: nil), promotion: promotion,
            metadata: #"{"team":"ops"}"#)
    }

    /// Trains a model to its end.
    func train(_ model: String, in scope: Scope = .all) async throws {
        let id = try service.jobs.submit(Self.season(model), digest: "d", in: scope).record.id
        let feed = try service.jobs.events(of: id, in: scope)
        _ = try await feed.read(id, after: 0, follows: true, quietSeconds: 60) { _ in }
        let job = try service.jobs.job(id, in: scope).record
        #expect(job.status == .succeeded, "\(job.error ?? "")")
    }

    /// What a service throws, as faces see it.
    static func error(_ action: () throws -> Void) -> ServiceError? {
        do {
            try action()
            return nil
        } catch { return ServiceError(error) }
    }

    static func error(_ action: () async throws -> Void) async -> ServiceError? {
        do {
            try await action()
            return nil
        } catch { return ServiceError(error) }
    }
}
