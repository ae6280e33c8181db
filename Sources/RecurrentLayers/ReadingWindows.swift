import Synchronization

/// Windows of one row in which histories are read, kept between two readings: a network's streams read on several
/// threads, one after the other on each.
package final class ReadingWindows: Sendable {
    /// Windows that nobody uses and that stay.
    private static let keptMax = 2
    /// Floats of a step of a network whose windows stay, about 12 MB of them. Those of larger ones take little time
    /// beside what is computed in them.
    private static let stepFloatsMax = 12_288

    private let spare = Mutex<[WindowWorkspace]>([])
    private let isKeeping: Bool

    init(_ settings: NetworkSettings) {
        // Gates, cells and outputs of the layers, and the head's.
        let units = settings.layers * settings.hidden * settings.directions
        isKeeping = 8 * units + settings.outputs <= Self.stepFloatsMax
    }

    /// Runs `body` with a window of `stepsMax` steps that nobody else uses; its state is that of somebody before.
    package func with<Result>(
        _ network: RecurrentNetwork, stepsMax: Int, _ body: (WindowWorkspace) -> Result
    ) -> Result {
        let kept = spare.withLock { spare in
            spare.lastIndex { $0.stepsMax >= stepsMax }.map { spare.remove(at: $0) }
        }
        let window = kept ?? WindowWorkspace(network: network, stepsMax: stepsMax, batchMax: 1, training: false)
        defer {
            if isKeeping {
                spare.withLock { spare in
                    if spare.count < Self.keptMax { spare.append(window) }
                }
            }
        }
        return body(window)
    }
}
