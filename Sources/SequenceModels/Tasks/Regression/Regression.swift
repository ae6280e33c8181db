import Kernels
import RecurrentLayers

extension TaskKind {
    /// One number, or a vector of numbers, for a whole sequence.
    package static let regression = TaskKind("regression")
}

/// Values of whole sequences.
struct Regression: SingleSequenceTask {
    var kind: TaskKind { .regression }

    var isSupervised: Bool { true }
    func isMeant(by first: TrainingExample) -> Bool { first.numbers != nil }
    var examplesInWords: String { "sequences with numbers as targets; a label is a string" }
    var losses: [LossKind] { [.mse, .mae, .huber] }

    func network(of description: ModelDescription) throws(Faults) -> ModelNetwork {
        RegressionPlanner.network(
            description.settings, reader: InputEncoder(description: description),
            width: description.targetScaling?.mean.count ?? 0)
    }

    var parts: Set<TaskPart> { [.targetScaling, .channelScaling, .numbers, .tokens] }

    func complete(_ description: inout ModelDescription, _ request: ImportRequest, _ imported: ImportedTensors)
        throws(Faults)
    {
        try imported.addChannels(request, to: &description)
        let outputs = imported.outputs ?? 0
        guard 1...ModelLimits.channelsMax ~= outputs else {
            throw Faults(list: [
                ImportFaults.tensor("head.bias", "\(outputs) outputs, expected 1 to \(ModelLimits.channelsMax)")
            ])
        }
        let scaling = request.targetScaling ?? ChannelScaling.identity(channels: outputs)
        try scaling.check("/target_scaling", count: outputs, of: "outputs")
        description.targetScaling = scaling
        description.network = try network(of: description)
    }

    var answers: [AnswerShape] { [AnswerShape(MemberShape("value", .numberOrNumbers))] }

    var answerLayouts: [AnswerLayout] { [.value("value")] }

    func prepare(
        request: SettingsRequest, examples: [TrainingExample], validation: [TrainingExample]?, parent: ModelDescription?
    ) throws(Faults) -> PlanDraft {
        try RegressionPlanner.plan(request: request, examples: examples, validation: validation, parent: parent)
    }

    func predictor<Network: SequenceNetwork>(
        _ network: Network.Type, _ description: ModelDescription, _ tensors: [NamedTensor], _ serving: Serving
    ) throws(ModelError) -> any TaskPredictor {
        try RegressionPredictor<Network>(description: description, tensors: tensors, serving: serving)
    }
}
