package import Store
import Synchronization

/// What the service counts, and its text for Prometheus.
package final class ServiceMetrics: Sendable {
    private struct RequestKey: Hashable {
        let method: String
        let route: String
        let status: Int
    }

    package let predictionsFinished = Counter()
    package let predictionsCancelled = Counter()
    package let predictionSteps = Counter()
    package let trainedTokens = Counter()
    package let checkpoints = Counter()
    package let jobsSucceeded = Counter()
    package let jobsFailed = Counter()
    package let jobsCancelled = Counter()
    private let requests = Mutex<[RequestKey: Int]>([:])

    package init() {}

    /// - Parameter route: the pattern, never the path: the number of series stays bounded.
    package func countRequest(method: String, route: String, status: Int) {
        requests.withLock { $0[RequestKey(method: method, route: route, status: status), default: 0] += 1 }
    }

    package func countJob(_ status: JobStatus) {
        switch status {
        case .succeeded: jobsSucceeded.add(1)
        case .failed: jobsFailed.add(1)
        case .cancelled: jobsCancelled.add(1)
        case .queued, .running, .paused: break
        }
    }

    /// The Prometheus text format, version 0.0.4.
    ///
    /// - Parameter gauges: values of the moment, as `(name, help, value)`.
    package func text(gauges: [(name: String, help: String, value: Double)], counters: [(name: String, help: String, value: Int)]) -> String {
        var text = "# HELP rondo_requests_total Requests answered.\n# TYPE rondo_requests_total counter\n"
        let byRoute = requests.withLock { $0 }.sorted { ($0.key.route, $0.key.method, $0.key.status) < ($1.key.route, $1.key.method, $1.key.status) }
        for (key, count) in byRoute {
            text += "rondo_requests_total{method=\"\(key.method)\",route=\"\(key.route)\",status=\"\(key.status)\"} \(count)\n"
        }
        let own: [(String, String, Int)] = [
            ("rondo_predictions_total", "Predictions finished.", predictionsFinished.value),
            ("rondo_predictions_cancelled_total", "Predictions dropped because their client left or the server stopped.", predictionsCancelled.value),
            ("rondo_prediction_steps_total", "Steps taken by predictions after their history: forecast steps and generated tokens.", predictionSteps.value),
            ("rondo_training_tokens_total", "Targets learned from.", trainedTokens.value),
            ("rondo_checkpoints_total", "Checkpoints written.", checkpoints.value),
            ("rondo_jobs_succeeded_total", "Jobs that gave a version.", jobsSucceeded.value),
            ("rondo_jobs_failed_total", "Jobs that failed.", jobsFailed.value),
            ("rondo_jobs_cancelled_total", "Jobs that were cancelled.", jobsCancelled.value),
        ]
        for (name, help, value) in own + counters.map({ ($0.name, $0.help, $0.value) }) {
            text += "# HELP \(name) \(help)\n# TYPE \(name) counter\n\(name) \(value)\n"
        }
        for (name, help, value) in gauges {
            text += "# HELP \(name) \(help)\n# TYPE \(name) gauge\n\(name) \(value)\n"
        }
        return text
    }
}
