import SequenceModels
import Testing

/// `unknown`: what becomes of tokens that a model has not learned, and what is told of them.
@Suite struct UnknownTokenTests {
    private func trained(
        _ choice: UnknownTokenChoice?, _ examples: [TrainingExample] = SmallProblem.text, tokens: TokenUnit? = nil
    ) throws -> (model: SequenceModel, description: ModelDescription) {
        var request = SmallProblem.request(epochs: 1)
        (request.unknown, request.tokens) = (choice, tokens)
        let model = try train(request, examples)
        return (try SequenceModel(description: model.description, tensors: model.tensors), model.description)
    }

    private func score(_ model: SequenceModel, _ text: String) throws -> TextScore {
        var request = PredictionRequest()
        (request.sequence, request.score) = (.text(text), true)
        return try #require(try model.predict(request) as? TextScore)
    }

    private static let sentences = (0..<24).map { index in
        TrainingExample(input: .text("the \(["cat", "dog", "cow"][index % 3]) sat on the mat"))
    }

    /// Without a choice, a language model refuses what it never saw.
    @Test func isRefusedUnlessSaid() throws {
        let (model, description) = try trained(nil)
        #expect(description.settings.unknown == nil && description.vocabulary?.unknown == nil)
        #expect(try pointers { _ = try score(model, "hez?lo") } == ["/sequence", "/sequence"])
        #expect(model.unknown(in: .text("hez?lo")) == nil, "a refusal has told it")
    }

    @Test func skippedTokensAreAsIfNotSent() throws {
        let (model, description) = try trained(.skip)
        #expect(description.settings.unknown == .skip && description.vocabulary?.unknown == .skip)
        #expect(description.vocabulary?.tokens.contains("<unk>") == false)
        let (scored, same) = (try score(model, "zhez?lo."), try score(model, "helo."))
        // Nothing comes before a first token, so it has no logarithm.
        #expect(scored.tokens == same.tokens && scored.logprobs.dropFirst() == same.logprobs.dropFirst())
        let found = model.unknown(in: .text("hez?lo"))
        #expect(found == UnknownTokens(count: 2, first: "z", position: 2))
        #expect(model.unknown(in: .text("hello")) == nil)
        // The same network as without the choice: nothing was unknown in training.
        #expect(try trained(nil).description.network == description.network)
    }

    @Test func oneTokenStandsForAll() throws {
        let (model, description) = try trained(.token)
        let vocabulary = try #require(description.vocabulary)
        #expect(vocabulary.unknown == .token && vocabulary.tokens.last == "<unk>")
        let (first, second) = (try score(model, "hezlo"), try score(model, "he?lo"))
        #expect(first.tokens == ["h", "e", "<unk>", "l", "o"] && second.tokens == first.tokens)
        #expect(first.logprobs.dropFirst() == second.logprobs.dropFirst() && first.logprobs.count == 5)
        #expect(model.unknown(in: .text("z\u{1F600}")) == UnknownTokens(count: 2, first: "z", position: 0))
        // It is never written.
        var request = PredictionRequest()
        (request.sequence, request.maxTokens, request.temperature) = (.text("zz"), 200, 50)
        let text = try #require(try model.predict(request) as? TextPrediction)
        #expect(text.tokens.count == 200 && !text.tokens.contains("<unk>"))
    }

    /// Words carry the blank before them, so a word at the beginning may be unknown though it is learned inside.
    @Test(arguments: [UnknownTokenChoice.skip, .token]) func wordsAreCounted(choice: UnknownTokenChoice) throws {
        let (model, _) = try trained(choice, Self.sentences, tokens: .words)
        #expect(model.unknown(in: .text("the horse sat")) == UnknownTokens(count: 1, first: " horse", position: 1))
        #expect(model.unknown(in: .text("cat sat")) == UnknownTokens(count: 1, first: "cat", position: 0))
        let long = model.unknown(in: .text("the " + String(repeating: "x", count: 50)))
        #expect(long?.first == " " + String(repeating: "x", count: 39) + "…")
        #expect(model.unknown(in: .numeric(NumericSeries(values: [1]))) == nil)
    }

    /// Of tasks that always had a token for them, and of symbols.
    @Test func otherTasksTellToo() throws {
        let (labels, description) = try trained(nil, SmallProblem.labelled)
        #expect(description.vocabulary?.unknown == .token)
        #expect(labels.unknown(in: .text("abz")) == UnknownTokens(count: 1, first: "z", position: 2))
        let (skipping, _) = try trained(.skip, SmallProblem.labelled)
        var (request, same) = (PredictionRequest(), PredictionRequest())
        (request.sequence, same.sequence) = (.text("zabzab"), .text("abab"))
        let answers = try [request, same].map { try skipping.predict($0) as? LabelPrediction }
        #expect(answers[0]?.probabilities.map(\.probability) == answers[1]?.probabilities.map(\.probability))
        // Nothing is left: the answer is that to an empty sequence.
        request.sequence = .text("zz")
        #expect(try skipping.predict(request) is LabelPrediction)
        let symbols = (0..<20).map { _ in TrainingExample(input: .symbols(["a", "b", "a"])) }
        let (listed, _) = try trained(.skip, symbols)
        #expect(listed.unknown(in: .symbols(["a", "c", "b"])) == UnknownTokens(count: 1, first: "c", position: 1))
    }

    @Test func isRefusedWhereItMeansNothing() throws {
        func faults(
            _ choice: UnknownTokenChoice, _ examples: [TrainingExample], tokens: TokenUnit? = nil
        ) throws -> [String] { try pointers { _ = try trained(choice, examples, tokens: tokens) } }
        #expect(try faults(.token, SmallProblem.seasonal) == ["/unknown"])
        #expect(try faults(.skip, SmallProblem.valued) == ["/unknown"])
        #expect(try faults(.token, SmallProblem.text, tokens: .bytes) == ["/unknown"])
        #expect(try faults(.skip, SmallProblem.tagged) == ["/unknown"])
        #expect(try faults(.token, SmallProblem.tagged) == [])
    }

    /// A version that is continued keeps what it does.
    @Test func isKept() throws {
        var request = SmallProblem.request(epochs: 1)
        request.unknown = .skip
        let first = try train(request, SmallProblem.text)
        let parent = ParentModel(name: "m@1", description: first.description, tensors: first.tensors)
        var more = SettingsRequest()
        more.training.epochs = 1
        let strangers = [TrainingExample(input: .text(String(repeating: "hello? world! ", count: 30)))]
        #expect(try train(more, strangers, parent: parent).description.vocabulary?.unknown == .skip)
        more.unknown = .token
        #expect(try pointers { _ = try train(more, strangers, parent: parent) } == ["/unknown"])
    }

    /// A description that contradicts itself is not believed.
    @Test func vocabularyAndSettingsAgree() throws {
        let (_, description) = try trained(.skip)
        for change in [
            { (d: inout ModelDescription) in d.settings.unknown = nil },
            { (d: inout ModelDescription) in d.settings.unknown = .token },
            { (d: inout ModelDescription) in d.vocabulary?.skipsUnknown = nil },
        ] {
            var changed = description
            change(&changed)
            #expect(try pointers { try changed.check() } == ["/settings/unknown"])
        }
        try ModelDescription.copied(description).check()
    }

    @Test func importsSayIt() throws {
        let (_, description) = try trained(.token)
        var settings = SmallProblem.request(epochs: 1)
        settings.unknown = .token
        let trained = try train(settings, SmallProblem.text)
        func imported(_ change: (inout ImportRequest) -> Void) throws -> ModelDescription {
            var request = ImportRequest(task: .languageModel)
            (request.vocabulary, request.tokens) = (description.vocabulary?.tokens, .characters)
            change(&request)
            return try ModelImport.model(request, tensors: trained.tensors).description
        }
        #expect(try pointers { _ = try imported { $0.unknown = .token } } == ["/unknown"])
        let found = try imported { ($0.unknown, $0.unknownToken) = (.token, "<unk>") }
        #expect(found.settings.unknown == .token && found.vocabulary == description.vocabulary)
        #expect(try imported { $0.unknown = .skip }.vocabulary?.unknown == .skip)
        #expect(try imported { $0.unknownToken = "<unk>" }.vocabulary?.unknown == .token)
    }
}
