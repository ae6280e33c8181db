package import RecurrentLayers

extension CellChoice: OptionValue {}
extension ActivationChoice: OptionValue {}
extension AttentionChoice: OptionValue {}
extension EncoderChoice: OptionValue {}
extension NetworkSettings.Initializer: OptionValue {}
extension NetworkSettings.GRUReset: OptionValue {}

/// `network`: what the layers are made of. In the tasks with a decoder, `cell`, `layers` and `hidden` are those of the
/// encoder; the decoder has the same cell.
package final class NetworkOptions: OptionGroup {
    package static let rows = NetworkOptions()
    package static let members = membersOfRows()

    package let cell = Option<CellChoice>(
        "cell", default: .fixed(.lstm), onFrom: .shape,
        "What the layers are made of; a transformer is causal for forecast and language_model and sees the whole "
            + "sequence for the other tasks.")
    package let layers = Option<Int>(
        "layers", .whole(1...ModelLimits.layersMax), default: .chosen(1, "from the data"), onFrom: .shape,
        "Recurrent layers, or blocks of a transformer.")
    package let hidden = Option<Int>(
        "hidden", .whole(1...ModelLimits.hiddenMax), default: .chosen(1, "from the data"), onFrom: .shape,
        "Units of each layer and direction, or the width of a transformer's blocks.")
    package let bidirectional = Option<Bool>(
        "bidirectional",
        default: .chosen(
            false,
            "true for tagging, the encoder of sequence_to_sequence, and a transformer that sees the whole sequence"),
        off: false,
        refused: [
            OptionRefusal(
                "all tasks but `forecast` and `language_model`",
                where: { $0.isRecurrent && ($0.task == .forecast || $0.task == .languageModel) },
                { "a \($0.task.rawValue) must not see the future" })
        ], onFrom: .shape, "Each layer reads the sequence in both directions.")
    package let embedding = ConditionalOption<Int>(
        "embedding", .whole(1...ModelLimits.embeddingMax), default: .chosen("from the data"),
        refused: [.ofNumbers("numeric sequences have no embedding")], onFrom: .shape,
        "Width of the token embedding.")
    package let dropout = Option<Double>(
        "dropout", .share(below: 1), default: .chosen(0, "from the data"), onFrom: .unlessGiven,
        "An activation between layers, or before the head, is dropped in training.")
    package let activation = Option<ActivationChoice>(
        "activation", default: .chosen(.tanh, "tanh; gelu of a transformer"), onFrom: .shape,
        "tanh, sigmoid or relu of the cell rnn; gelu or relu of a transformer.")
    package let embeddingDropout = Option<Double>(
        "embedding_dropout", .share(below: 1), default: .fixed(0), off: 0, older: 0,
        refused: [
            .ofNumbers("numeric sequences have no embedding"),
            .inTransformer("its dropout acts on the embeddings already"), .inPairs(),
        ], onFrom: .unlessGiven, "A token's whole embedding is dropped from a window (Merity et al. 2018).")
    package let residual = Option<Bool>(
        "residual", default: .fixed(false), off: false, older: false,
        refused: [.inTransformer("its blocks have residual connections already"), .inPairs()], onFrom: .shape,
        "Each layer above the first adds its input to its output.")
    package let weightTying = Option<Bool>(
        "weight_tying", default: .fixed(false), off: false, older: false,
        refused: [
            .unlessRecurrentTask(.languageModel) {
                "only a language_model answers with the symbols it reads; this is a \($0.task.rawValue)"
            }, .inTransformer("its embedding and its head are two matrices"),
        ], onFrom: .shape, "The embedding is the weight of the head.")
    package let lockedDropout = Option<Bool>(
        "locked_dropout", default: .fixed(false), off: false, older: false,
        refused: [.inTransformer("its dropout is drawn anew at each step"), .inPairs()], onFrom: .unlessGiven,
        "One draw of dropout for all steps of a sequence (Gal & Ghahramani 2016).")
    package let recurrentDropout = Option<Double>(
        "recurrent_dropout", .share(below: 1), default: .fixed(0), off: 0, older: 0,
        refused: [.inTransformer("it has no recurrent product"), .inPairs()], onFrom: .unlessGiven,
        "A unit of the state is dropped from the recurrent product at all steps of a window (Gal & Ghahramani 2016).")
    package let initializer = Option<NetworkSettings.Initializer>(
        "initializer", default: .chosen(.uniform, "uniform; chrono for an lstm that answers once to a long series"),
        off: .uniform, older: .uniform,
        refused: [.inTransformer("it has no recurrent weights to initialise"), .inPairs()], onFrom: .shape,
        "How recurrent weights begin.")
    package let chronoSteps = ConditionalOption<Int>(
        "chrono_steps", .whole(2...ModelLimits.windowMax), default: .chosen("the window"),
        refused: [
            OptionRefusal(
                "initializer `chrono`", where: { $0.isRecurrent && $0.initializer != .chrono },
                { _ in "it belongs to the initializer chrono" }), .inTransformer("it has no gates"),
        ], onFrom: .shape, "The longest lag that the initializer prepares for.")
    package let projection = ConditionalOption<Int>(
        "projection", .whole(1...ModelLimits.hiddenMax),
        refused: [
            .unlessCell(.lstm, "it projects the state of"), .inTransformer("it has no state to project"), .inPairs(),
        ], onFrom: .shape, "Units of the projected state, below hidden (Sak et al. 2014).")
    package let layerNorm = Option<Bool>(
        "layer_norm", default: .fixed(false), off: false, older: false,
        refused: [.inTransformer("its blocks are normalised already"), .inPairs()], onFrom: .shape,
        "Layer normalisation inside the cell (Ba, Kiros & Hinton 2016).")
    package let gruReset = ConditionalOption<NetworkSettings.GRUReset>(
        "gru_reset", default: .fixed(.after),
        refused: [
            .unlessCell(.gru, "it belongs to"), .inTransformer("it belongs to the cell gru"),
            .inPairs(unless: NetworkSettings.GRUReset.after),
        ], onFrom: .shape, "Whether a gru resets its state before or after the recurrent product.")
    package let heads = ConditionalOption<Int>(
        "heads", .whole(1...ModelLimits.headsMax),
        default: .chosen("4, or 8 from a width of 256 on, or the most below that divide hidden"),
        refused: OptionRefusal.unlessTransformer("they belong"), onFrom: .shape,
        "Attention heads; they divide hidden.")
    package let feedForward = ConditionalOption<Int>(
        "feed_forward", .whole(1...4 * ModelLimits.hiddenMax), default: .chosen("4 times hidden; twice of an encoder"),
        refused: OptionRefusal.unlessTransformer("it belongs"), onFrom: .shape,
        "Units inside the feed-forward part of a block.")
    package let attention = ConditionalOption<AttentionChoice>(
        "attention", default: .chosen("bahdanau"), off: AttentionChoice.none,
        refused: [
            OptionRefusal(
                "", where: { $0.task == .pointer },
                { _ in "a pointer always points by additive attention; leave it out" }),
            OptionRefusal(
                "`sequence_to_sequence`", where: { $0.task != .sequenceToSequence && $0.task != .pointer },
                { "it belongs to sequence_to_sequence; the task is \($0.task.rawValue)" }),
        ], onFrom: .shape, "How the decoder looks at the input.")
    package let attentionWidth = ConditionalOption<Int>(
        "attention_width", .whole(1...ModelLimits.hiddenMax), default: .chosen("decoder_hidden"),
        refused: [.unlessTask(.sequenceToSequence, .pointer)], onFrom: .shape,
        "Width of additive attention (bahdanau, pointer).")
    package let encoder = ConditionalOption<EncoderChoice>(
        "encoder", default: .chosen("recurrent; transformer for pointer"),
        refused: [.unlessTask(.sequenceToSequence, .pointer)], onFrom: .shape,
        "What reads the input.")
    package let decoderLayers = ConditionalOption<Int>(
        "decoder_layers", .whole(1...ModelLimits.layersMax), default: .chosen("layers; 1 after a transformer"),
        refused: [.unlessTask(.sequenceToSequence, .pointer)], onFrom: .shape,
        "Layers of the decoder.")
    package let decoderHidden = ConditionalOption<Int>(
        "decoder_hidden", .whole(1...ModelLimits.hiddenMax), default: .chosen("hidden"),
        refused: [.unlessTask(.sequenceToSequence, .pointer)], onFrom: .shape,
        "Units of the decoder.")
    package let targetEmbedding = ConditionalOption<Int>(
        "target_embedding", .whole(1...ModelLimits.embeddingMax), default: .chosen("from decoder_hidden"),
        refused: [.unlessTask(.sequenceToSequence)], onFrom: .shape,
        "Width of the embedding of target tokens.")
}
