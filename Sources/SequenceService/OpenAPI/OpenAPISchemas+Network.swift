import JSON
import RecurrentLayers
import SequenceModels

extension OpenAPISchemas {
    /// `network` of a training request: what each option does, its range and its default.
    static let network = closed([
        "cell": words(
            CellChoice.allCases.map(\.rawValue),
            "Default lstm; a transformer is causal for forecast and language_model and sees the whole sequence for the other tasks."
        ),
        "layers": whole(
            1...ModelLimits.layersMax, "Recurrent layers, or blocks of a transformer; default: from the data."),
        "hidden": whole(
            1...ModelLimits.hiddenMax,
            "Units of each layer and direction, or the width of a transformer's blocks; default: from the data."),
        "bidirectional": boolean,
        "dropout": probability("An activation between layers, or before the head, is dropped in training."),
        "embedding": whole(1...ModelLimits.embeddingMax, "Width of the token embedding; default: from the data."),
        "activation": words(
            ActivationChoice.allCases.map(\.rawValue),
            "tanh, sigmoid or relu of the cell rnn (default tanh); gelu or relu of a transformer (default gelu)."),
        "heads": whole(
            1...ModelLimits.headsMax,
            "Attention heads of the cell or encoder transformer; they divide hidden. Default: 4, from a width of 256 on 8, or the most below that divide it."
        ),
        "feed_forward": whole(
            1...4 * ModelLimits.hiddenMax,
            "Units inside the feed-forward part of a transformer's block; default 4 times hidden, of an encoder twice hidden."
        ),
        "residual": flag("Each layer above the first adds its input to its output."),
        "weight_tying": flag("The embedding is the weight of the head; language_model only."),
        "locked_dropout": flag("One draw of dropout for all steps of a sequence (Gal & Ghahramani 2016)."),
        "embedding_dropout": probability("A token's whole embedding is dropped from a window (Merity et al. 2018)."),
        "recurrent_dropout": probability(
            "A unit of the state is dropped from the recurrent product at all steps of a window (Gal & Ghahramani 2016)."
        ),
        "initializer": words(NetworkSettings.Initializer.allCases.map(\.rawValue)),
        "chrono_steps": whole(
            2...ModelLimits.windowMax, "The longest lag that the initializer chrono prepares for; default: the window."),
        "projection": whole(
            1...ModelLimits.hiddenMax, "Units of the projected state of an lstm, below hidden (Sak et al. 2014)."),
        "layer_norm": flag("Layer normalisation inside the cell (Ba, Kiros & Hinton 2016)."),
        "gru_reset": words(NetworkSettings.GRUReset.allCases.map(\.rawValue)),
        "attention": words(
            AttentionChoice.allCases.map(\.rawValue),
            "sequence_to_sequence: how the decoder looks at the input; default bahdanau."),
        "attention_width": whole(
            1...ModelLimits.hiddenMax,
            "Width of additive attention (bahdanau, pointer); default as wide as the decoder."),
        "encoder": words(
            EncoderChoice.allCases.map(\.rawValue),
            "What reads the input: default recurrent for sequence_to_sequence, transformer for pointer."),
        "decoder_layers": whole(
            1...ModelLimits.layersMax,
            "Layers of the decoder of sequence_to_sequence and pointer; default layers, or 1 after a transformer."),
        "decoder_hidden": whole(1...ModelLimits.hiddenMax, "Units of the decoder; default hidden."),
        "target_embedding": whole(
            1...ModelLimits.embeddingMax, "sequence_to_sequence: width of the embedding of target tokens."),
    ])

    private static func whole(_ range: ClosedRange<Int>, _ description: String) -> JSONValue {
        [
            "type": "integer", "minimum": .integer(range.lowerBound), "maximum": .integer(range.upperBound),
            "description": .string(description),
        ]
    }

    private static func probability(_ description: String) -> JSONValue {
        ["type": "number", "minimum": 0, "exclusiveMaximum": 1, "default": 0, "description": .string(description)]
    }

    private static func flag(_ description: String) -> JSONValue {
        ["type": "boolean", "default": false, "description": .string(description)]
    }
}
