import Sockets

/// Connections that a listener has accepted in one batch, by the group that gets them: each group is woken once for all
/// of its own.
final class Arrivals: @unchecked Sendable {
    // SAFETY: touched on the listener's loop only.

    private let groups: [ConnectionGroup]
    private var waiting: [[Connection]]

    init(_ groups: [ConnectionGroup]) {
        self.groups = groups
        waiting = groups.map { _ in [] }
    }

    func add(_ connection: Connection, toGroup index: Int) { waiting[index].append(connection) }

    /// Gives every group what has come for it.
    func handOver() {
        for (index, group) in groups.enumerated() where !waiting[index].isEmpty {
            let connections = waiting[index]
            waiting[index] = []
            group.loop.execute { for connection in connections { group.add(connection) } }
        }
    }
}
