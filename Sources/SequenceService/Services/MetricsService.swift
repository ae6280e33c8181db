package import Store

/// What the service counts and measures.
package struct MetricsService: Sendable {
    /// One number.
    package struct Reading: Sendable, Equatable {
        /// As Prometheus names it.
        package let name: String
        /// Whether it only grows.
        package let kind: PrometheusText.Kind
        /// What it counts, as a sentence.
        package let help: String
        /// The number now.
        package let value: Int
    }

    let store: any JobStore
    let metrics: ServiceMetrics
    let engine: PredictionEngine
    let models: ModelStore

    /// - Parameter metrics: the counters of the process.
    package init(store: any JobStore, metrics: ServiceMetrics, engine: PredictionEngine, models: ModelStore) {
        self.store = store
        self.metrics = metrics
        self.engine = engine
        self.models = models
    }

    /// Counters since the start of the process, then gauges. Blocks.
    ///
    /// - Throws: `StoreError`.
    package func readings() throws -> [Reading] {
        let counts = try store.jobCounts()
        let gauges: [(String, String, Int)] = [
            ("rondo_jobs_queued", "Jobs that wait.", counts[.queued] ?? 0),
            ("rondo_jobs_running", "Jobs that run.", counts[.running] ?? 0),
            ("rondo_jobs_paused", "Jobs that are paused.", counts[.paused] ?? 0),
            ("rondo_predictions_active", "Predictions under way.", engine.activeCount),
            ("rondo_models_loaded", "Versions in memory.", models.loadedCount),
            ("rondo_models_loaded_bytes", "Memory of loaded weights.", models.loadedBytes),
        ]
        return metrics.readings + gauges.map { Reading(name: $0.0, kind: .gauge, help: $0.1, value: $0.2) }
    }
}
