import ModelFiles
import SequenceModels
import Store
import System

extension ServiceError {
    private static let retrySeconds = 10

    /// Any error of what a service is made of, as the one type that faces answer.
    package init(_ error: any Error) {
        switch error {
        case let error as ServiceError: self = error
        case let faults as Faults: self = .invalid(faults)
        case let error as FileError: self = Self.of(error)
        case let error as StoreError: self = Self.of(error)
        case is CancellationError: self = .cancelled
        default: self = .failed("\(error)")
        }
    }

    private static func of(_ error: FileError) -> ServiceError {
        if case .damaged = error { return .damaged("\(error)") }
        if error.isDiskFailure { return .diskFailed("\(error)") }
        return of(error.obstacle, "\(error)")
    }

    private static func of(_ error: StoreError) -> ServiceError {
        switch error {
        case .unknownJob, .unknownModel, .unknownVersion, .unknownSession: .gone(error.description)
        case .invalidTransition, .modelNameTaken, .tooManyLabels, .sessionsOnVersion, .sessionMoved:
            .conflict(error.description)
        case .idempotencyConflict: .keyReused(error.description)
        case .servesOnly: .servesOnly
        case .queueFull: .busy(error.description, retryAfterSeconds: retrySeconds)
        case .damaged: .damaged(error.description)
        case _ where error.isReadFailure: .diskFailed(error.description)
        case .file(let error): of(error)
        case .notRunner, .newerSchema, .olderSchema, .filesLost, .versionExists, .database:
            of(error.obstacle, "\(error)")
        }
    }

    private static func of(_ obstacle: Obstacle?, _ detail: String) -> ServiceError {
        switch obstacle {
        case .full: .diskFull(detail)
        case .readOnly: .readOnly(detail)
        case .descriptors: .busy("too many files are open", retryAfterSeconds: retrySeconds)
        case nil: .failed(detail)
        }
    }
}
