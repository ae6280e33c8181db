/// Everything about a model but its weights: the `model` member of model.json.
package struct ModelDescription: Codable, Sendable, Equatable {
    /// What the model was trained with, defaults included.
    package var settings: EffectiveSettings
    /// Family and sizes of the network; they decide the names and shapes of its tensors.
    package var network: ModelNetwork
    /// Token texts by index; absent for numeric sequences.
    package var vocabulary: VocabularyDescription?
    /// Token texts of the answers, with the symbol that begins and ends one; only for `sequence_to_sequence`.
    package var targetVocabulary: VocabularyDescription?
    /// Class labels by output index; only for classification and tagging.
    package var labels: [String]?
    /// C of a numeric input; absent for tokens.
    package var channels: Int?
    /// How a series becomes the network's inputs; only for forecasts.
    package var forecast: ForecastFacts?
    /// Mean and standard deviation by channel; only for numeric inputs of supervised tasks.
    package var channelScaling: ChannelScaling?
    /// Mean and standard deviation of each target; only for regression.
    package var targetScaling: ChannelScaling?
    /// How long the training pairs were; only for `sequence_to_sequence` and `pointer`.
    package var pairs: PairFacts?
    /// Steps of the longest window it was trained on; only of a network that attends to steps, which sees no more of
    /// them at once.
    package var context: Int?

    /// The most steps that the network sees at once, where it has no state.
    package var contextSteps: Int { context ?? settings.training.window }

    enum CodingKeys: String, CodingKey {
        case settings, network, vocabulary, labels, channels, forecast, pairs, context
        case targetVocabulary = "target_vocabulary"
        case channelScaling = "channel_scaling"
        case targetScaling = "target_scaling"
    }
}
