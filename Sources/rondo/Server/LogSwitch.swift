import Logging
import SequenceService
import Synchronization

/// What of the logs can change while the server runs.
final class LogSwitch: Sendable {
    private let levelIndex: Atomic<Int>
    private let json: Atomic<Bool>
    private let access: Atomic<Bool>

    init(_ settings: ServerSettings = ServerSettings()) {
        levelIndex = Atomic(Self.index(settings.logLevel))
        json = Atomic(settings.logFormat == "json")
        access = Atomic(settings.accessLog)
    }

    func set(_ settings: ServerSettings) {
        levelIndex.store(Self.index(settings.logLevel), ordering: .relaxed)
        json.store(settings.logFormat == "json", ordering: .relaxed)
        access.store(settings.accessLog, ordering: .relaxed)
    }

    var level: Logger.Level {
        get { Logger.Level.allCases[levelIndex.load(ordering: .relaxed)] }
        set { levelIndex.store(Self.index(newValue.rawValue), ordering: .relaxed) }
    }

    var isJSON: Bool { json.load(ordering: .relaxed) }
    var isAccessLogged: Bool { access.load(ordering: .relaxed) }

    private static func index(_ level: String) -> Int {
        let levels = Logger.Level.allCases
        return levels.firstIndex { $0.rawValue == level } ?? levels.firstIndex(of: .info) ?? 0
    }
}
