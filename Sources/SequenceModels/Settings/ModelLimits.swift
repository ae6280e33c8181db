/// Every limit of this target, with its unit.
package enum ModelLimits {
    /// Recurrent layers, or blocks of a Transformer, one on the other.
    package static let layersMax = 8
    /// Units of one layer and direction.
    package static let hiddenMax = 4096
    /// Width of the embedding of a token.
    package static let embeddingMax = 4096
    /// Fields of categories in one step of a network that reads numbers and categories.
    package static let fieldsMax = 4096
    /// Passes over the data of one training.
    package static let epochsMax = 100_000
    /// Rows of one optimiser step.
    package static let batchMax = 4096
    /// Steps of one backpropagation window.
    package static let windowMax = 65_536
    /// Steps of one window of a Transformer: each of them is compared with each other.
    package static let contextMax = 8192
    /// Heads of attention in one block.
    package static let headsMax = 64
    /// The largest step size of any optimiser, without a unit.
    package static let learningRateMax = 10.0
    /// Epochs without an improvement, before a training stops or its rate falls.
    package static let patienceMax = 100_000
    /// What a prediction may be given: an hour.
    package static let timeoutMillisecondsMax = 3_600_000
    /// Seconds of one training, or between two of its checkpoints: a year.
    package static let secondsMax = 31_536_000.0
    /// Share of the data that may be held back.
    package static let validationMax = 0.9
    /// Channels of a numeric series.
    package static let channelsMax = 4096
    /// Labels of one classification or tagging.
    package static let classesMax = 10_000
    /// Weight of one label.
    package static let classWeightMax = 1e6
    /// Distinct words kept; rarer ones become `<unk>`.
    package static let wordsMax = 20_000
    /// Distinct tokens of one model.
    package static let vocabularyMax = 100_000
    /// Bytes a training may need, as estimated by the planner.
    package static let memoryBytesMax = 8 << 30
    /// Steps of one forecast.
    package static let horizonMax = 10_000
    /// Steps of one season.
    package static let seasonalityMax = 10_000
    /// UTF-8 bytes of the name of a channel, of a frequency or a time zone.
    package static let nameSizeBytesMax = 256
    /// Covariates of one kind (future, past, static) of one model.
    package static let covariatesMax = 256
    /// Numbers that a training reads beside the values of its series, of all steps.
    package static let inputValuesMax = 100_000_000
    /// Steps that a lagged input lies behind.
    package static let lagMax = 2000
    /// Lagged inputs beside the season.
    package static let lagsMax = 16
    /// Sample paths of one forecast.
    package static let samplesMax = 1000
    /// Sample values (paths · steps · channels) of one forecast.
    package static let sampleValuesMax = 10_000_000
    /// Levels of quantiles that one model learns, or one forecast answers.
    package static let quantilesMax = 99
    /// Levels that a forecaster of quantiles learns unless others are asked for.
    package static let quantilesDefault = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
    /// Tokens of one generated text.
    package static let tokensMax = 100_000
    /// Stop strings of one generated text.
    package static let stopsMax = 16
    /// UTF-8 bytes of one stop string.
    package static let stopSizeBytesMax = 1024
    /// Steps of one sequence at prediction time.
    package static let sequenceStepsMax = 10_000_000
    /// Steps of an input or of a target of `sequence_to_sequence` and `pointer`.
    package static let pairStepsMax = 4096
    /// Answers that a beam search follows at once.
    package static let beamWidthMax = 64
    /// Faults of one kind listed for one request.
    package static let faultsMax = 8
    /// Magnitude of a value in a numeric series.
    package static let valueMax = 1e30
    /// Least deviation by which numbers are divided.
    package static let scaleMin = 1e-30
}
