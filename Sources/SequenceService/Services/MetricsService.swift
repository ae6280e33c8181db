import SequenceModels
package import Store
import System

/// What the service counts and measures.
package struct MetricsService: Sendable {
    let store: any JobStore & VersionStore
    let metrics: ServiceMetrics
    let engine: PredictionEngine
    let models: ModelStore
    private let sessions: SessionParts?
    let reserve: DiskReserve

    /// - Parameters:
    ///   - metrics: the counters of the process.
    ///   - sessions: nil where there are none.
    ///   - reserve: knows the disk.
    package init(
        store: any JobStore & VersionStore, metrics: ServiceMetrics, engine: PredictionEngine, models: ModelStore,
        sessions: SessionParts? = nil, reserve: DiskReserve
    ) {
        self.sessions = sessions
        self.reserve = reserve
        self.store = store
        self.metrics = metrics
        self.engine = engine
        self.models = models
    }

    /// Counters since the start of the process, then gauges. Blocks.
    ///
    /// Sums are of all tenants; names of models are told to those who see them. Deleted models are forgotten.
    ///
    /// - Throws: `StoreError`.
    package func families(in scope: Scope) throws -> [MetricFamily] {
        let names = Set(try store.models(in: .all))
        metrics.models.keep(names)
        let seen = scope == .all ? names : Set(try store.models(in: scope))
        let counts = try store.jobCounts(), prefixes = models.prefixes.counts
        var gauges: [(String, String, Int)] = [
            ("rondo_jobs_queued", "Jobs that wait.", counts[.queued] ?? 0),
            ("rondo_jobs_running", "Jobs that run.", counts[.running] ?? 0),
            ("rondo_jobs_paused", "Jobs that are paused.", counts[.paused] ?? 0),
            ("rondo_predictions_active", "Predictions under way.", engine.activeCount),
            ("rondo_models_loaded", "Versions in memory.", models.loadedCount),
            ("rondo_models_loaded_bytes", "Memory of loaded weights.", models.loadedBytes),
            ("rondo_prefix_cache_bytes", "States after prompts that are kept.", prefixes.sizeBytes),
        ]
        if scope == .all, let space = reserve.space {
            gauges += [
                ("rondo_disk_free_bytes", "Free on the disk of the data directory.", space.freeBytes),
                ("rondo_disk_bytes", "Size of the disk of the data directory.", space.totalBytes),
            ]
        }
        if scope == .all {
            let share = MachineShare.current
            gauges.append(("rondo_processors", "Processors that the process may use.", share.processors.value))
            if let memory = share.memory {
                gauges.append(("rondo_memory_limit_bytes", "Memory that the process may use.", memory.value))
            }
        }
        let counters = [
            ("rondo_prefix_cache_hits_total", "Prompts of which a beginning was not read again.", prefixes.hits),
            ("rondo_prefix_cache_misses_total", "Prompts of which nothing was known.", prefixes.misses),
            ("rondo_prefix_cache_tokens_total", "Tokens of prompts that were not read again.", prefixes.tokens),
        ]
        return metrics.families(in: scope, models: seen)
            + counters.map { MetricFamily($0.0, .counter, $0.1, Double($0.2)) }
            + gauges.map { MetricFamily($0.0, .gauge, $0.1, Double($0.2)) } + (sessions?.families ?? [])
    }
}
