import JSON
import SequenceModels
import SequenceService
import Testing

@Suite struct PredictionEncoderTests {
    @Test func eventsByTask() {
        let encoder = PredictionEncoder()
        #expect(encoder.json(ValuePrediction(values: [1.5]), sequence: 1).text == #"{"sequence":1,"value":1.5}"#)
        #expect(
            encoder.json(ValuePrediction(values: [1.5, 2.5]), sequence: 0).text == #"{"sequence":0,"value":[1.5,2.5]}"#)
        #expect(
            encoder.json(TagPrediction(labels: ["a", "b"], probabilities: [0.75, 0.5]), sequence: 0).text
                == #"{"sequence":0,"labels":["a","b"],"probabilities":[0.75,0.5]}"#)
        #expect(
            encoder.json(TagPrediction(labels: [], probabilities: []), sequence: 0).text
                == #"{"sequence":0,"labels":[],"probabilities":[]}"#)
        // A first token that nothing came before has no probability.
        #expect(
            encoder.json(TokenEvent(index: 0, token: "a", text: "a", logprob: .nan), sequence: 0).text
                == #"{"sequence":0,"index":0,"token":"a","text":"a","logprob":null}"#)
    }
}
