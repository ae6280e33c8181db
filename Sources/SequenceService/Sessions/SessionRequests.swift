package import JSON
import SequenceModels

/// What a client asks for a new session.
package struct SessionCreation: Sendable {
    /// As the client named it; nil where a state tells.
    package var model: ModelReference?
    /// What it is to read first; nil for nothing.
    package var question: PredictionQuestion?
    /// Where another session stood, as the client was told.
    package var state: String?
    /// Seconds without a step after which it is forgotten; nil for as long as the server keeps any.
    package var expiresAfterSeconds: Double?
    /// The client's own.
    package var metadata: JSONValue

    /// As the members say.
    package init(
        model: ModelReference?, question: PredictionQuestion?, state: String?, expiresAfterSeconds: Double?,
        metadata: JSONValue
    ) {
        self.model = model
        self.question = question
        self.state = state
        self.expiresAfterSeconds = expiresAfterSeconds
        self.metadata = metadata
    }
}

/// What a client asks of a session.
package struct SessionQuestion: Sendable {
    /// What is new, and what is wanted of it; its model is the session's.
    package var question: PredictionQuestion
    /// Whether what is predicted becomes history.
    package var advances: Bool
    /// Whether a prediction is wanted at all.
    package var wantsPrediction: Bool

    /// As the members say.
    package init(question: PredictionQuestion, advances: Bool, wantsPrediction: Bool) {
        self.question = question
        self.advances = advances
        self.wantsPrediction = wantsPrediction
    }
}

/// A step under way, or what it was answered before.
package enum SessionStepRun: Sendable {
    /// The step runs; whoever has it ends it with `finish` or `abandon`.
    case running(SessionRun)
    /// The body that a step with the same key was answered.
    case answered(String)
}
