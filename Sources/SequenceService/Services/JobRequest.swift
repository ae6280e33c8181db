package import SequenceModels
package import Tables

/// A training that somebody wants, before the planner has seen it.
package struct JobRequest: Sendable {
    /// May the new version take the label `stable`?
    package enum Promotion: String, Sendable, CaseIterable {
        case always
        case ifBetter = "if_better"
        case never
    }

    /// The name of the model to train.
    package let model: String
    /// As asked; the planner fills in the rest.
    package let settings: SettingsRequest
    /// What to train on.
    package let data: TrainingData
    /// When the new version takes the label `stable`.
    package let promotion: Promotion
    /// The version to continue; nil for a fresh start.
    package let from: ModelReference?
    /// The text of a JSON object of the client's own, which is kept as it is.
    package let metadata: String
    /// Of the columns of the table that the data was; nil where it was none.
    package let roles: RoleNames?

    /// - Parameters:
    ///   - model: a valid name of a model.
    ///   - metadata: the text of a JSON object.
    package init(
        model: String, settings: SettingsRequest, data: TrainingData, promotion: Promotion = .ifBetter,
        from: ModelReference? = nil, metadata: String = "{}", roles: RoleNames? = nil
    ) {
        self.model = model
        self.settings = settings
        self.data = data
        self.promotion = promotion
        self.from = from
        self.metadata = metadata
        self.roles = roles
    }
}

/// What a training would be and cost.
package struct TrainingEstimate: Sendable {
    /// What was asked.
    package let request: JobRequest
    /// What would be done.
    package let plan: TrainingPlan
    /// The version it would continue, `airline@3`; nil for a fresh start.
    package let from: String?
    /// By what other trainings took here.
    package let duration: DurationEstimate
}
