/// A prediction whose whole answer comes from reading the sequence once.
// SAFETY: a stream is used by one thread at a time (PredictionStream's contract); its state is its own.
final class AnswerStream: PredictionStream, @unchecked Sendable {
    typealias Answer = (prediction: any Prediction, events: [any PredictionEvent])
    private let compute: @Sendable () -> Answer
    private var answer: Answer?

    init(extraSizeBytes: Int, _ compute: @escaping @Sendable () -> Answer) {
        self.extraSizeBytes = extraSizeBytes
        self.compute = compute
    }

    let rows = 0
    let extraSizeBytes: Int
    var isFinished: Bool { answer != nil }
    var reason: String { "length" }
    /// Computed early if asked for before `warmUp`.
    var prediction: any Prediction { (answer ?? compute()).prediction }

    func warmUp() -> [any PredictionEvent] {
        let answer = compute()
        self.answer = answer
        return answer.events
    }
}
