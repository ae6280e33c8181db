/// What a trainer asks of its settings at every step, looked up once: settings are found by name.
struct StepSettings: Sendable {
    let epochs: Int
    let patience: Int
    let learningRate: Double
    let schedule: LearningRate.Schedule
    let gradientNormMax: Double
    let gradientValueMax: Double?
    let maxSeconds: Double?
    let checkpointSeconds: Double

    init(_ training: EffectiveSettings.Training) {
        epochs = training.epochs
        patience = training.earlyStopping.patience
        learningRate = training.optimizer.learningRate
        schedule = LearningRate.Schedule(training.schedule)
        gradientNormMax = training.gradientNormMax
        gradientValueMax = training.gradientValueMax
        maxSeconds = training.maxSeconds
        checkpointSeconds = training.checkpointSeconds
    }
}
