/// What must be said about weights that were trained elsewhere, so that they become a model. What the weights show
/// themselves (cell, layers, hidden, directions, embedding) may be left out.
package struct ImportRequest: Sendable, Equatable {
    /// In which layout recurrent weights come.
    package enum GateOrder: String, Sendable, CaseIterable {
        /// i, f, g, o and r, z, n; `[G·H, I]`, two biases.
        case pytorch
        /// i, f, c, o and z, r, h; `[I, G·H]`, one bias (two rows of one for a GRU).
        case keras
    }

    /// Who made the vocabulary.
    package enum VocabularyMaker: String, Sendable, CaseIterable {
        /// Rondo, of the texts of a training.
        case rondo
    }

    /// What the model is to do.
    package var task: TaskKind
    /// What the weights do not show, such as an activation; what they do show must agree.
    package var network = NetworkRequest()
    /// In which layout the recurrent weights come.
    package var gateOrder = GateOrder.pytorch
    /// Names in the file → our names; nil leaves a tensor out.
    package var names: [String: String?] = [:]
    /// Longer sequences are read from their last `window` steps; default: the longest allowed.
    package var window: Int?

    /// What a token of the vocabulary is; nil where inputs are numbers.
    package var tokens: TokenUnit?
    /// Token texts by index.
    package var vocabulary: [String]?
    /// Who made the vocabulary; nil where it was another.
    package var tokenizer: VocabularyMaker?
    /// The token that begins and ends sequences.
    package var endToken: String?
    /// The token that stands for unknown ones.
    package var unknownToken: String?
    /// What becomes of tokens that the vocabulary lacks; default: `unknown_token` stands for them where there is one.
    package var unknown: UnknownTokenChoice?
    /// Labels by output index.
    package var labels: [String]?

    /// C of numeric sequences.
    package var channels: Int?
    /// Default: mean 0, deviation 1.
    package var channelScaling: ChannelScaling?
    /// Default: mean 0, deviation 1.
    package var targetScaling: ChannelScaling?
    /// The settings of a forecasting model: horizon, distribution, season and the like.
    package var forecast: EffectiveSettings.Forecast?
    /// What a forecasting model learned from its series besides weights: scale, drift, seasonal profile.
    package var facts: ForecastFacts?

    /// A request that says no more than the task.
    package init(task: TaskKind) { self.task = task }
}
