import Kernels
package import Store
import Synchronization
import System

/// What the service counts.
package final class ServiceMetrics: Sendable {
    /// Predictions that reached their end.
    package let predictionsFinished = Counter()
    /// Predictions dropped because their client left or the server stopped.
    package let predictionsCancelled = Counter()
    /// Predictions that did not finish within their `timeout_ms`.
    package let predictionsTimedOut = Counter()
    /// Forecast steps and generated tokens.
    package let predictionSteps = Counter()
    /// The same by model.
    package let models = ModelMetrics()
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

    private let predictionWait = SharedDistribution(.predictionSeconds)
    private let firstEvent = SharedDistribution(.predictionSeconds)
    private let batchSizes = SharedDistribution(.batchSize)
    private let stepRows = SharedDistribution(.stepRows)
    private let jobWait = SharedDistribution(.jobSeconds)
    private let jobSeconds = Mutex<[JobStatus: Distribution]>([:])
    private let running = Mutex<RunningTraining?>(nil)
    private let startedAtMs = Clock.wallMilliseconds()

    /// All counters at 0.
    package init() {}

    /// Counts a job that has reached a final status; others are not counted.
    package func countJob(_ job: JobRecord) {
        switch job.status {
        case .succeeded: jobsSucceeded.add(1)
        case .failed: jobsFailed.add(1)
        case .cancelled: jobsCancelled.add(1)
        case .queued, .running, .paused: return
        }
        guard let seconds = job.seconds else { return }
        jobSeconds.withLock { $0[job.status, default: .jobSeconds].add(seconds) }
    }

    /// Counts a job that has been claimed: how long it waited, if this is its first time.
    ///
    /// - Parameter nowMs: as the claim was made with.
    package func countClaim(_ job: JobRecord, nowMs: Int64) {
        guard job.startedAtMs == nowMs else { return }
        jobWait.add(Double(max(0, nowMs - job.createdAtMs)) / 1000)
    }

    /// Counts steps of a network.
    ///
    /// - Parameters:
    ///   - batches: predictions and rows of each.
    ///   - steps: that predictions took in them after their histories.
    package func countBatches(_ batches: [(predictions: Int, rows: Int)], steps: Int) {
        if steps > 0 { predictionSteps.add(steps) }
        batchSizes.add(batches.lazy.map { Double($0.predictions) })
        stepRows.add(batches.lazy.map { Double($0.rows) })
    }

    /// How a prediction ended.
    package enum PredictionEnd: Sendable { case finished, cancelled, timedOut }

    /// Counts a prediction that has ended.
    ///
    /// - Parameter model: the name of its model.
    package func countPrediction(
        _ model: String, steps: Int, timing: ActivePrediction.Timing, as end: PredictionEnd
    ) {
        switch end {
        case .finished: predictionsFinished.add(1)
        case .cancelled: predictionsCancelled.add(1)
        case .timedOut: predictionsTimedOut.add(1)
        }
        if end == .finished { predictionWait.add(timing.queueMilliseconds / 1000) }
        if let milliseconds = timing.firstEventMilliseconds { firstEvent.add(milliseconds / 1000) }
        let milliseconds = timing.queueMilliseconds + timing.computeMilliseconds
        models.add(model, steps: steps, seconds: end == .finished ? milliseconds / 1000 : nil)
    }

    /// The training under way; nil when it has ended.
    package func note(_ training: RunningTraining?) { running.withLock { $0 = training } }

    /// All that is counted, as far as `scope` may see it.
    ///
    /// - Parameter models: names of all models that exist in the scope.
    package func families(in scope: Scope, models: Set<String>) -> [MetricFamily] {
        let training = running.withLock { $0 }.flatMap { scope.contains($0.tenant) ? $0 : nil }
        return processFamilies + counterFamilies + distributionFamilies
            + modelFamilies(models.union(scope == .all ? [ModelMetrics.others] : [])) + (training?.families ?? [])
    }

    private var processFamilies: [MetricFamily] {
        let labels = ["version": ServiceVersion.number, "instruction_set": InstructionSet.name]
        return [
            MetricFamily(
                "rondo_build_info", .gauge, "1, with what runs in the labels.",
                samples: [.init(labels: labels, value: .number(1))]),
            MetricFamily(
                "process_start_time_seconds", .gauge, "Start of the process, in seconds since 1970.",
                Double(startedAtMs) / 1000),
        ]
    }

    private var counterFamilies: [MetricFamily] {
        let counters: [(String, String, Counter)] = [
            ("rondo_predictions_total", "Predictions finished.", predictionsFinished),
            (
                "rondo_predictions_cancelled_total",
                "Predictions dropped because their client left or the server stopped.", predictionsCancelled
            ),
            (
                "rondo_predictions_timed_out_total", "Predictions that did not finish within their timeout_ms.",
                predictionsTimedOut
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
        return counters.map { MetricFamily($0.0, .counter, $0.1, Double($0.2.value)) }
    }

    private var distributionFamilies: [MetricFamily] {
        let jobs = jobSeconds.withLock { $0 }.sorted { $0.key.rawValue < $1.key.rawValue }
        return [
            MetricFamily(
                "rondo_prediction_queue_seconds", "From a prediction's submission to its start.",
                predictionWait.value),
            MetricFamily(
                "rondo_prediction_first_event_seconds",
                "From a streamed prediction's submission to its first event.", firstEvent.value),
            MetricFamily(
                "rondo_prediction_batch_size",
                "Predictions of one model that took a step together, of their histories or after them.",
                batchSizes.value),
            MetricFamily(
                "rondo_prediction_step_rows", "Rows (sample paths, texts, histories) of a step of a network.",
                stepRows.value),
            MetricFamily("rondo_job_queue_seconds", "From a job's acceptance to its first start.", jobWait.value),
            MetricFamily(
                "rondo_job_seconds", .histogram, "From a job's first start to its end, pauses included.",
                samples: jobs.map { .init(labels: ["status": $0.key.rawValue], value: .distribution($0.value)) }),
        ]
    }

    private func modelFamilies(_ names: Set<String>) -> [MetricFamily] {
        let counts = models.counts.filter { names.contains($0.model) }
        func family(_ name: String, _ help: String, _ value: (ModelMetrics.Counts) -> Int) -> MetricFamily {
            MetricFamily(
                name, .counter, help,
                samples: counts.map { .init(labels: ["model": $0.model], value: .number(Double(value($0.counts)))) })
        }
        return [
            family("rondo_model_predictions_total", "Predictions finished, by model.", \.finished),
            family("rondo_model_predictions_cancelled_total", "Predictions dropped, by model.", \.cancelled),
            family("rondo_model_prediction_steps_total", "Steps of ended predictions, by model.", \.steps),
            MetricFamily(
                "rondo_model_prediction_seconds", .histogram,
                "From a finished prediction's submission to its end, by model.",
                samples: counts.map { .init(labels: ["model": $0.model], value: .distribution($0.counts.seconds)) }),
        ]
    }
}

extension JobRecord {
    /// From its first start to its end, pauses included; nil before either.
    package var seconds: Double? {
        guard let startedAtMs, let finishedAtMs else { return nil }
        return Double(max(0, finishedAtMs - startedAtMs)) / 1000
    }
}
