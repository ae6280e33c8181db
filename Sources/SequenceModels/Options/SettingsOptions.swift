import RecurrentLayers

/// What a user may say about a training, besides its data.
package typealias SettingsRequest = RequestedOptions<SettingsOptions>
/// Every setting a training runs with, defaults included.
package typealias EffectiveSettings = EffectiveOptions<SettingsOptions>
/// `network` of a training request.
package typealias NetworkRequest = RequestedOptions<NetworkOptions>
/// `training` of a request: how the weights are to be found.
package typealias TrainingRequest = RequestedOptions<TrainingOptions>
/// `training.schedule` of a training request.
package typealias ScheduleRequest = RequestedOptions<ScheduleOptions>
/// `forecast` of a training request.
package typealias ForecastRequest = RequestedOptions<ForecastOptions>
/// `pointer` of a training request.
package typealias PointerRequest = RequestedOptions<PointerOptions>

extension OptionGroupValues where Group == SettingsOptions, Stage == EffectiveStage {
    /// `network` of a training's settings: the layers.
    package typealias Network = EffectiveOptions<NetworkOptions>
    /// `training` of a training's settings: how the weights are found.
    package typealias Training = EffectiveOptions<TrainingOptions>
    /// `training.schedule` of a training's settings: the course of the learning rate.
    package typealias Schedule = EffectiveOptions<ScheduleOptions>
    /// `forecast` of a training's settings; empty unless the task is one.
    package typealias Forecast = EffectiveOptions<ForecastOptions>
    /// `pointer` of a training's settings; only of the task pointer.
    package typealias Pointer = EffectiveOptions<PointerOptions>
}

extension TaskKind: OptionValue {}
extension TokenUnit: OptionValue {}
extension UnknownTokenChoice: OptionValue {}

/// The options of a training: those of its root, and the groups.
package final class SettingsOptions: OptionGroup {
    package static let rows = SettingsOptions()
    package static let members = membersOfRows()

    package let task = Option<TaskKind>(
        "task", default: .chosen(.languageModel, "from the sequences"),
        "What the model learns to answer.")
    package let tokens = ConditionalOption<TokenUnit>(
        "tokens", default: .chosen("from the sequences"), refused: [.ofNumbers("numeric sequences have no tokens")],
        onFrom: .shape, "What one token of a text is.")
    package let targetTokens = ConditionalOption<TokenUnit>(
        "target_tokens", default: .chosen("characters of short texts, words of long ones, symbols of lists"),
        refused: [.unlessTask(.sequenceToSequence)], onFrom: .shape,
        "What one token of a target is.")
    package let unknown = ConditionalOption<UnknownTokenChoice>(
        "unknown",
        refused: [
            .ofNumbers("numeric sequences have no tokens"),
            OptionRefusal(
                "`skip`: tasks with one answer for a sequence, and `language_model`", unless: UnknownTokenChoice.token,
                where: { $0.task == .tagging || $0.task.isPaired },
                { "a \($0.task.rawValue) answers by step: without a token its place would be lost; take token" }),
        ], onFrom: .shape,
        "What becomes of a token that is not in the vocabulary: skip leaves it out, token lets one of the vocabulary "
            + "stand for it, which is learned from tokens seen once where there are more than 20. Where it is not "
            + "said, it is token for classification, regression and tagging, for inputs of sequence_to_sequence that "
            + "are words, and for vocabularies of words that were cut off; else an unknown token is refused.")
    package let validation = Option<Double>(
        "validation", .number(NumberRange(0, ModelLimits.validationMax)),
        default: .chosen(0.1, "0.1; 0 when validation sequences are sent"), isAlsoObject: true,
        "Share of the data that is held back to validate on. Where it is not said, up to 300 sequences with targets "
            + "(classification, regression, tagging) are held back a fifth at a time, and all of them are learned in "
            + "the end.")
    package let network = Subgroup<NetworkOptions>("network")
    package let training = Subgroup<TrainingOptions>("training")
    package let forecast = PlannedSubgroup<ForecastOptions>(
        "forecast",
        refused: [
            .unlessTask(.forecast) { "these settings need the task forecast, this one is \($0.task.rawValue)" }
        ])
    package let pointer = ConditionalSubgroup<PointerOptions>("pointer", refused: [.unlessTask(.pointer)])
}
