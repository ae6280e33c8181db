import Store

extension SessionParts {
    /// Sessions of all tenants.
    var families: [MetricFamily] {
        let counts = table.counts, totals = room.totals, written = writer.counts
        let gauges = [
            ("rondo_sessions", "Sessions on disk.", totals.count),
            ("rondo_session_state_bytes", "States of sessions on disk.", totals.stateSizeBytes),
            ("rondo_sessions_held", "Sessions in memory.", counts.held),
            ("rondo_session_cache_bytes", "Memory of the sessions in memory.", counts.sizeBytes),
            ("rondo_sessions_stepping", "Sessions whose step is under way.", counts.busy),
        ]
        let counters = [
            ("rondo_session_cache_hits_total", "Steps whose session was in memory.", counts.hits),
            ("rondo_session_cache_misses_total", "Steps whose session was read from disk.", counts.misses),
            (
                "rondo_session_changes_total", "Changes of sessions recorded: steps, creations, deletions.",
                written.changes
            ),
            ("rondo_session_syncs_total", "Transactions that they were recorded in.", written.groups),
        ]
        return gauges.map { MetricFamily($0.0, .gauge, $0.1, Double($0.2)) }
            + counters.map { MetricFamily($0.0, .counter, $0.1, Double($0.2)) }
    }
}
