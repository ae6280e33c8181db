import SequenceModels
import Store

// What sessions go on from.

extension StoreCheck {
    private static let pageRows = 1000

    mutating func checkSessions(_ rows: StoreSnapshot) throws {
        var after: Int64 = 0
        while true {
            let page = try rows.sessions(after: after, limit: Self.pageRows)
            guard let last = page.last else { return }
            for (session, state) in page { check(session, state) }
            after = last.record.ordinal
        }
    }

    private mutating func check(_ session: SessionRecord, _ state: [UInt8]) {
        counts.sessions += 1
        guard !state.isEmpty else { return }
        var detail: String?
        do throws(StreamStateError) {
            let steps = try StreamState(bytes: state).sessionSteps()
            if steps != session.steps { detail = "its state is of \(steps) steps, its row of \(session.steps)" }
        } catch {
            detail = error.description
        }
        guard let detail else { return }
        add(
            .sessionDamaged, session.id, "\(session.model)@\(session.version): \(detail)",
            .byHand("put the database back from a backup, or rondo session delete \(session.id)"))
    }
}
