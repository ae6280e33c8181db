import Kernels
import RecurrentLayers

extension TaskKind {
    /// The next values of a numeric series.
    package static let forecast = TaskKind("forecast")
}

/// Forecasts of numeric series.
struct Forecasting: SingleSequenceTask {
    var kind: TaskKind { .forecast }

    func isMeant(by first: TrainingExample) -> Bool {
        if case .numeric = first.input { first.target == nil } else { false }
    }

    var examplesInWords: String { "numeric series without targets" }
    /// `forecast.distribution` names it.
    var losses: [LossKind] { [] }

    func network(of description: ModelDescription) throws(Faults) -> ModelNetwork {
        guard let facts = description.forecast else { throw Faults("/forecast", "required") }
        return ForecastPlanner.network(description.settings, facts: facts, channels: description.channels ?? 0)
    }

    var parts: Set<TaskPart> { [.numbers, .forecast] }

    func checkImport(_ request: ImportRequest, _ checks: inout SettingsChecks) {
        if request.forecast == nil {
            checks.fault("/forecast", "horizon, seasonality, distribution and scaling are needed")
        }
        guard let facts = request.facts else {
            return checks.fault("/facts", "a forecast needs the facts that an export of Rondo carries")
        }
        checks.facts(
            facts, of: request.forecast, channels: request.channels ?? 1, contextMax: ModelLimits.windowMax, "/facts")
    }

    func complete(_ description: inout ModelDescription, _ request: ImportRequest, _ imported: ImportedTensors)
        throws(Faults)
    {
        guard let facts = request.facts else {
            throw Faults("/facts", "a forecast needs the facts that an export of Rondo carries")
        }
        description.channels = request.channels ?? 1
        description.forecast = facts
        description.network = try network(of: description)
    }

    var goesOn: Bool { true }

    var answers: [AnswerShape] {
        [
            AnswerShape(
                MemberShape("id", .text, isRequired: false, help: "As it was sent."),
                MemberShape("channels", .texts, isRequired: false, help: "Names of what is forecast."),
                MemberShape(
                    "timestamps", .timestamps, isRequired: false,
                    help: "When the steps are, written as those of the request."),
                MemberShape("gaps", .whole, isRequired: false, help: "Steps of the history without a row."),
                MemberShape(
                    "left_out", .whole, isRequired: false,
                    help: "Values without a logarithm, taken for missing by a model that found logarithms better."),
                MemberShape("mean", .path), MemberShape("quantiles", .named(.path), isRequired: false),
                MemberShape(
                    "explanation", .named(.path), isRequired: false,
                    help: "What the mean is the sum of: level, season_S, covariates, network, combination."),
                MemberShape("samples", .list(of: .path), isRequired: false)),
            ForecastScore.shape,
        ]
    }

    var answerLayouts: [AnswerLayout] {
        [
            .path("mean", levels: "quantiles", times: "timestamps", channels: "channels"),
            .scores("log_likelihood", others: Self.scores, times: "timestamps", channels: "channels"),
        ]
    }

    var eventLayouts: [AnswerLayout] {
        [
            .pathStep("step", "mean", levels: "quantiles", time: "timestamp", channels: "channels"),
            .scoreStep("step", "log_likelihood", others: Self.scores, time: "timestamp", channels: "channels"),
        ]
    }

    /// What else is said of a value that is scored.
    private static let scores = ["pit", "surprise", "limit", "expected", "anomaly"]

    func prepare(
        request: SettingsRequest, examples: [TrainingExample], validation: [TrainingExample]?, parent: ModelDescription?
    ) throws(Faults) -> PlanDraft {
        try ForecastPlanner.plan(request: request, examples: examples, validation: validation, parent: parent)
    }

    func predictor<Network: SequenceNetwork>(
        _ network: Network.Type, _ description: ModelDescription, _ tensors: [NamedTensor], _ serving: Serving
    ) throws(ModelError) -> any TaskPredictor {
        try ForecastPredictor<Network>(description: description, tensors: tensors, serving: serving)
    }
}
