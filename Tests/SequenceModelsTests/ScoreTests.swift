import Kernels
import RecurrentLayers
import SequenceModels
import Testing

@Suite struct ScoreTests {
    /// A model of whole sequences knows where they end: one that stops in the middle is less probable by that alone.
    @Test func theEndIsPartOfTheScore() throws {
        let trained = try train(SmallProblem.request(epochs: 40, hidden: 16), SmallProblem.strings)
        let model = try SequenceModel(description: trained.description, tensors: trained.tensors)
        func score(_ text: String) throws -> TextScore {
            var request = PredictionRequest()
            request.sequence = .text(text)
            request.score = true
            return try #require(try model.predict(request) as? TextScore)
        }
        let whole = try score("xyzxyz"), cut = try score("xyzxy")
        let end = try #require(whole.endLogprob), middle = try #require(cut.endLogprob)
        #expect(end > middle + 1, "\(end) after a whole, \(middle) in the middle")
        #expect(whole.logprobs.count == 6 && whole.tokens.count == 6)
        let nats = -(whole.logprobs.reduce(0, +) + end) / 7
        #expect(abs(whole.perplexity - PortableMath.exp(nats)) < 1e-9)
        let members = whole.members.map(\.name)
        #expect(members == ["tokens", "logprobs", "end_logprob", "perplexity", "bits_per_token"])
    }

    @Test func scoresSequences() throws {
        var settings = SmallProblem.request(epochs: 10, hidden: 16)
        for examples in [SmallProblem.text, SmallProblem.strings] {
            settings.training.seed = 1
            let trained = try train(settings, examples)
            let model = try SequenceModel(description: trained.description, tensors: trained.tensors)
            let text = examples.count == 1 ? "hello world." : "xyzxyz"
            var request = PredictionRequest()
            request.sequence = .text(text)
            request.score = true
            guard let score = try model.predict(request) as? TextScore else { throw NotFinished() }
            // The same log-probabilities as an echo; the first token is scored only after the symbol that begins
            // sequences.
            var echo = PredictionRequest()
            echo.sequence = .text(text)
            (echo.echo, echo.logprobs, echo.maxTokens) = (true, true, 0)
            guard let echoed = try model.predict(echo) as? TextPrediction else { throw NotFinished() }
            #expect(score.tokens == echoed.tokens)
            #expect(score.logprobs.map(\.bitPattern) == (echoed.logprobs ?? []).map(\.bitPattern))
            #expect(score.logprobs[0].isNaN == (examples.count == 1))
            #expect((score.endLogprob == nil) == (examples.count == 1))
            let known = score.logprobs.filter { !$0.isNaN } + (score.endLogprob.map { [$0] } ?? [])
            #expect(abs(score.bitsPerToken + known.reduce(0, +) / Double(known.count) / 0.6931471805599453) < 1e-9)
            #expect(score.perplexity >= 1 && score.perplexity < 8)
            request.maxTokens = 3
            #expect(try pointers { _ = try model.predict(request) } == ["/max_tokens"])
            request.maxTokens = nil
            request.sequence = nil
            #expect(try pointers { _ = try model.predict(request) } == ["/sequence"])
        }
    }
}
