/// How far the training under way has come; nil where there is none, or before its first step.
package struct RunningTraining: Sendable, Equatable {
    /// The model that it trains.
    package var model: String
    /// Whose it is.
    package var tenant: String
    /// Mean loss per target over the epoch so far.
    package var trainLoss: Double
    /// The most recent; nil before the first.
    package var validationLoss: Double?
    /// Norm of the last gradient, before clipping.
    package var gradientNorm: Double
    /// Share of all steps that are done, from 0 to 1.
    package var progress: Double
    /// Targets learned a second of late; nil before the first two reports.
    package var tokensPerSecond: Double?

    /// As a report of the trainer says it.
    package init(
        model: String, tenant: String, trainLoss: Double, validationLoss: Double?, gradientNorm: Double,
        progress: Double, tokensPerSecond: Double? = nil
    ) {
        self.model = model
        self.tenant = tenant
        self.trainLoss = trainLoss
        self.validationLoss = validationLoss
        self.gradientNorm = gradientNorm
        self.progress = progress
        self.tokensPerSecond = tokensPerSecond
    }

    var families: [MetricFamily] {
        func family(_ name: String, _ help: String, _ value: Double?) -> MetricFamily {
            MetricFamily(
                name, .gauge, help,
                samples: value.map { [.init(labels: ["model": model], value: .number($0))] } ?? [])
        }
        return [
            family("rondo_training_loss", "Loss per target of the running job, this epoch.", trainLoss),
            family("rondo_training_validation_loss", "Last validation loss of the running job.", validationLoss),
            family("rondo_training_gradient_norm", "Last gradient norm of the running job.", gradientNorm),
            family("rondo_training_progress_ratio", "Share of the running job's steps that are done.", progress),
            family(
                "rondo_training_tokens_per_second",
                "Targets that the running job learns a second, of late.",
                tokensPerSecond),
        ]
    }
}
