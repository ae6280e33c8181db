import SequenceModels
import Testing

/// An option of another task is refused by every task, with its name.
@Suite struct ForeignFieldsTests {
    private static let all = [
        "horizon", "quantiles", "samples", "seed", "max_tokens", "temperature", "top_k", "top_p", "stop", "logprobs",
        "score", "echo", "top",
        "beam_width", "n_best", "max_length", "length_penalty", "attention",
    ]
    private static let decoding = ["beam_width", "n_best", "max_length", "length_penalty", "attention"]

    /// The options of each task, as the README lists them.
    private static let own: [TaskKind: [String]] = [
        .forecast: ["horizon", "quantiles", "samples", "seed", "score"], .classification: ["top"], .regression: [],
        .tagging: [],
        .languageModel: ["seed", "max_tokens", "temperature", "top_k", "top_p", "stop", "logprobs", "score", "echo"],
        .sequenceToSequence: decoding, .pointer: decoding,
    ]

    @Test func everyTaskRefusesTheOthersFields() throws {
        var request = PredictionRequest()
        request.horizon = 2
        request.quantiles = [0.5]
        request.samples = 2
        request.seed = 1
        request.maxTokens = 2
        request.temperature = 1
        request.topK = 2
        request.topP = 0.5
        request.stop = ["x"]
        request.logprobs = true
        request.score = false
        request.echo = false
        request.top = 1
        request.beamWidth = 2
        request.nBest = 1
        request.maxLength = 3
        request.lengthPenalty = 1
        request.attention = false
        var seen = Set<TaskKind>()
        let plain = SmallProblem.all.map { (request: SmallProblem.request(epochs: 1), examples: $0.examples) }
        let paired = PairedProblem.all.map {
            (request: PairedProblem.request($0.task, epochs: 1), examples: $0.examples)
        }
        for problem in plain + paired {
            let trained = try train(problem.request, problem.examples)
            let task = trained.description.settings.task
            seen.insert(task)
            request.sequence = problem.examples[0].input
            let found = try pointers {
                _ = try SequenceModel(description: trained.description, tensors: trained.tensors).predict(request)
            }
            let own = Set(Self.own[task] ?? [])
            #expect(Set(found) == Set(Self.all.filter { !own.contains($0) }.map { "/" + $0 }), "\(task)")
        }
        #expect(seen == Set(TaskKind.allCases))
    }
}
