package import SequenceModels

/// One version of a model in memory: frozen weights, and the batcher that all its predictions share.
///
/// Whoever holds it keeps it alive: eviction, deletion and moved labels do not disturb running requests.
package final class LoadedModel: Sendable {
    /// What its version's files say.
    package let document: ModelDocument
    /// The network with its weights, vocabulary and scaling.
    package let model: SequenceModel
    /// Steps the rows of all its predictions together.
    package let batcher: Batcher
    /// Hidden states of one row of a prediction.
    package let rowSizeBytes: Int
    /// Weights as they are held for prediction.
    package let sizeBytes: Int
    /// What it takes for a sequence.
    package let form: PredictionInput.Form

    /// A model ready to predict, with batches of at most `batchRowsMax` rows.
    package init(document: ModelDocument, model: SequenceModel, batchRowsMax: Int) {
        self.document = document
        self.model = model
        batcher = Batcher(model: model, name: document.name, rowsMax: batchRowsMax)
        rowSizeBytes = model.rowSizeBytes
        sizeBytes = model.sizeBytes
        let settings = model.description.settings
        form = PredictionInput.Form(
            task: settings.task, numbersAreSymbols: settings.tokens == .symbols,
            readsNumbers: model.description.channels != nil, forecast: settings.forecast)
    }

    /// `airline@4`.
    package var identifier: String { "\(document.name)@\(document.version)" }
}
