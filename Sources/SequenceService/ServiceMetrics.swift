package import Store

/// What the service counts.
package final class ServiceMetrics: Sendable {
    /// Predictions that reached their end.
    package let predictionsFinished = Counter()
    /// Predictions dropped because their client left or the server stopped.
    package let predictionsCancelled = Counter()
    /// Forecast steps and generated tokens.
    package let predictionSteps = Counter()
    /// Targets learned from.
    package let trainedTokens = Counter()
    /// Checkpoints written.
    package let checkpoints = Counter()
    /// Jobs that gave a version.
    package let jobsSucceeded = Counter()
    /// Jobs that failed.
    package let jobsFailed = Counter()
    /// Jobs that were cancelled.
    package let jobsCancelled = Counter()

    /// All counters at 0.
    package init() {}

    /// Counts a job that has reached `status`; only final ones have counters.
    package func countJob(_ status: JobStatus) {
        switch status {
        case .succeeded: jobsSucceeded.add(1)
        case .failed: jobsFailed.add(1)
        case .cancelled: jobsCancelled.add(1)
        case .queued, .running, .paused: break
        }
    }

    /// All counters.
    package var readings: [MetricsService.Reading] {
        let counters: [(String, String, Counter)] = [
            ("rondo_predictions_total", "Predictions finished.", predictionsFinished),
            (
                "rondo_predictions_cancelled_total",
                "Predictions dropped because their client left or the server stopped.", predictionsCancelled
            ),
            (
                "rondo_prediction_steps_total",
                "Steps taken by predictions after their history: forecast steps and generated tokens.", predictionSteps
            ),
            ("rondo_training_tokens_total", "Targets learned from.", trainedTokens),
            ("rondo_checkpoints_total", "Checkpoints written.", checkpoints),
            ("rondo_jobs_succeeded_total", "Jobs that gave a version.", jobsSucceeded),
            ("rondo_jobs_failed_total", "Jobs that failed.", jobsFailed),
            ("rondo_jobs_cancelled_total", "Jobs that were cancelled.", jobsCancelled),
        ]
        return counters.map { MetricsService.Reading(name: $0.0, kind: .counter, help: $0.1, value: $0.2.value) }
    }
}
