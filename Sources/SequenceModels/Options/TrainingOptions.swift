package import RecurrentLayers

extension OptimizerKind: OptionValue {}
extension ScheduleKind: OptionValue {}
extension LossKind: OptionValue {}
extension ClassWeights: OptionValue {}

/// `training`: how the weights are found.
package final class TrainingOptions: OptionGroup {
    package static let rows = TrainingOptions()
    package static let members = membersOfRows()

    package let epochs = Option<Int>(
        "epochs", .whole(1...ModelLimits.epochsMax), default: .chosen(1, "from the data"), "Passes over the data.")
    package let batchSize = Option<Int>(
        "batch_size", .whole(1...ModelLimits.batchMax), default: .chosen(1, "from the data"),
        "Sequences, or rows of a text, in one step of the optimizer.")
    package let window = Option<Int>(
        "window", .whole(1...ModelLimits.windowMax), default: .chosen(1, "from the data"),
        refused: [
            OptionRefusal(
                "tasks without a decoder", where: \.task.isPaired,
                { _ in "pairs of input and target are learned whole" })
        ],
        "Steps of gradient: truncated backpropagation through time. Of a forecast that decodes directly, those "
            + "that are read before the horizon.")
    package let stateful = Option<Bool>(
        "stateful", default: .chosen(false, "true for long texts"), off: false,
        refused: [
            .unlessTask(.languageModel) { _ in "only a language_model carries its state from window to window" },
            OptionRefusal(
                OptionRefusal.recurrent, where: \.isTransformer,
                { _ in
                    "a transformer has no state to carry; each window begins anew, a longer window sees further back"
                }),
        ], "A language model carries its state from window to window.")
    package let stride = ConditionalOption<Int>(
        "stride", .whole(1...ModelLimits.windowMax), default: .chosen("the window"),
        refused: [
            .unlessTask(.languageModel) {
                "only the windows of a stateful language_model follow each other; this is a \($0.task.rawValue)"
            },
            OptionRefusal(
                OptionRefusal.recurrent, where: \.isTransformer,
                { _ in "the windows of a transformer do not follow each other: it has no state to carry" }),
        ], "Steps from window to window of a stateful training; less than the window, they overlap.")
    package let earlyStopping = Subgroup<EarlyStoppingOptions>("early_stopping")
    package let optimizer = Subgroup<OptimizerOptions>("optimizer")
    package let schedule = Subgroup<ScheduleOptions>("schedule")
    package let gradientNormMax = Option<Double>(
        "gradient_norm_max", .positive(upTo: 1e6), default: .fixed(1), "Gradients are scaled down to this norm.")
    package let gradientValueMax = ConditionalOption<Double>(
        "gradient_value_max", .positive(upTo: 1e6),
        "Each component of the gradient is limited to ± this, before its norm is.")
    package let loss = ConditionalOption<LossKind>(
        "loss", default: .chosen("the first of its task's"),
        "By task: cross_entropy or hinge (classification), cross_entropy (language_model, tagging, "
            + "sequence_to_sequence, pointer), mse, mae or huber (regression); a forecast has its distribution.")
    package let labelSmoothing = ConditionalOption<Double>(
        "label_smoothing", .share(below: 1), default: .chosen("0"),
        "Share of the target spread over all labels; with cross_entropy.")
    package let classWeights = ConditionalOption<ClassWeights>(
        "class_weights", .classWeights, "How much the examples of each label count; with cross_entropy.")
    package let scheduledSampling = ConditionalOption<Double>(
        "scheduled_sampling", .number(NumberRange(0, 1, isSingle: true)), default: .fixed(0),
        refused: [.unlessTask(.sequenceToSequence)],
        "Share of target steps that read the model's own answer at the end of the training, rising from 0 (Bengio et "
            + "al. 2015).")
    package let seed = Option<UInt64>("seed", .seed, default: .fixed(42), "The same seed gives the same weights.")
    package let maxSeconds = ConditionalOption<Double>(
        "max_seconds", .seconds(upTo: ModelLimits.secondsMax),
        "Training, a second one on all data and the measuring end within it; the rate falls to its end before.")
    package let checkpointSeconds = Option<Double>(
        "checkpoint_seconds", .seconds(upTo: ModelLimits.secondsMax), default: .fixed(30), "Between two checkpoints.")
}

/// `training.optimizer`.
package final class OptimizerOptions: OptionGroup {
    package static let rows = OptimizerOptions()
    package static let members = membersOfRows()

    package let name = Option<OptimizerKind>("name", default: .fixed(.adam), "How gradients become steps.")
    package let learningRate = Option<Double>(
        "learning_rate", .positive(upTo: ModelLimits.learningRateMax),
        default: .chosen(0.001, "from the data and the optimizer"),
        "How far a step goes; the schedule makes it smaller.")
    package let momentum = Option<Double>(
        "momentum", .share(below: 1), default: .chosen(0, "0.9 for sgd and nesterov, else 0"),
        "Share of the last step that is taken again, by sgd and nesterov.")
    package let weightDecay = Option<Double>(
        "weight_decay", .number(NumberRange(0, 1, isSingle: true)), default: .chosen(0, "0.01 for adamw, else 0"),
        "Share of the rate by which weights shrink at each step.")
}

/// `training.early_stopping`.
package final class EarlyStoppingOptions: OptionGroup {
    package static let rows = EarlyStoppingOptions()
    package static let members = membersOfRows()

    package let patience = Option<Int>(
        "patience", .whole(1...ModelLimits.patienceMax), default: .chosen(1, "from the data"),
        "Epochs without a better validation loss after which training ends; with warmup_stable_decay the rate falls "
            + "first, from the best weights on.")
}

/// `training.schedule`: the kind, and the options that belong to it.
package final class ScheduleOptions: OptionGroup {
    package static let rows = ScheduleOptions()
    package static let members = membersOfRows()

    package let name = ConditionalOption<ScheduleKind>(
        "name", default: .fixed(.warmupStableDecay),
        "How the learning rate runs over the training; each kind has fields of its own.")
    package let warmup = ConditionalOption<Double>(
        "warmup", .number(NumberRange(0, 1, includesUpper: false)), default: .chosen("0.03; 0.1 of a transformer"),
        refused: [.unlessSchedule(.warmupStableDecay, .cosine, name: "warmup")],
        "Share of the steps in which the rate rises.")
    package let cooldown = ConditionalOption<Double>(
        "cooldown", .number(NumberRange(0, 1, includesLower: false, includesUpper: false)), default: .fixed(0.2),
        refused: [.unlessSchedule(.warmupStableDecay, name: "cooldown")],
        "Share of the steps, the last ones, in which the rate falls to nothing.")
    package let factor = ConditionalOption<Double>(
        "factor", .number(NumberRange(0, 1, includesLower: false, includesUpper: false)), default: .fixed(0.5),
        refused: [.unlessSchedule(.step, .plateau, name: "factor")],
        "What the rate is multiplied by.")
    package let every = ConditionalOption<Int>(
        "every", .whole(1...ModelLimits.epochsMax), default: .chosen("a quarter of the epochs"),
        refused: [.unlessSchedule(.step, name: "every")], "Epochs between two cuts.")
    package let decay = ConditionalOption<Double>(
        "decay", .number(NumberRange(0, 1, includesLower: false)), default: .fixed(0.95),
        refused: [.unlessSchedule(.exponential, name: "decay")],
        "What the rate is multiplied by after each epoch.")
    package let patience = ConditionalOption<Int>(
        "patience", .whole(1...ModelLimits.patienceMax), default: .chosen("a third of early_stopping.patience"),
        refused: [.unlessSchedule(.plateau, name: "patience")],
        "Epochs without a better validation loss before a cut.")
    package let hold = ConditionalOption<Int>(
        "hold", .whole(1...ModelLimits.epochsMax), default: .chosen("a third of the epochs"),
        refused: [.unlessSchedule(.holdThenDivide, name: "hold")], "Epochs at the full rate.")
    package let divisor = ConditionalOption<Double>(
        "divisor", .number(NumberRange(1, 1e6, includesLower: false)), default: .fixed(1.2),
        refused: [.unlessSchedule(.holdThenDivide, name: "divisor")],
        "What the rate is divided by before each further epoch.")
}
