/// Where the parameters of a `RecurrentNetwork` lie, and how they start: the plan that its parts are made of.
struct RecurrentParameters: Sendable {
    let plan: ParameterPlan
    let embedding: InputEmbedding
    /// `[L][D]`
    let recurrent: [[ParameterLayout.Recurrent]]
    let headWeight: Int
    let headBias: Int

    /// An embedding of symbols standard normal, scaled by 1/√E when it is the head too, those of categories as
    /// `InputEmbedding` says; the recurrent layers; the head uniform in ±1/√(D·S), its bias 0. With tied weights there
    /// is no `head.weight`: the embedding takes its place.
    init(_ settings: NetworkSettings) {
        var plan = ParameterPlan()
        let deviation = settings.tied ? 1 / Double(settings.inputWidth).squareRoot() : 1
        embedding = InputEmbedding(settings.input, prefix: "embedding", deviation: deviation, plan: &plan)
        recurrent = plan.addRecurrent("rnn", settings, widensInputs: false)
        let bound = 1 / Double(settings.width).squareRoot()
        headWeight =
            settings.tied
            ? embedding.offset
            : plan.add("head.weight", [settings.outputs, settings.width], .uniform(bound: bound))
        headBias = plan.add("head.bias", [settings.outputs], .zero)
        self.plan = plan
    }
}
