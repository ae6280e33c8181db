package import RecurrentLayers

/// The shapes of a model's network, whatever its family: the `network` of model.json.
///
/// A new family is a case here, with its member name in `CodingKeys`. Recurrent networks are written as they always
/// were, bare.
package enum ModelNetwork: Sendable, Equatable {
    case recurrent(NetworkSettings)
    case encoderDecoder(EncoderDecoderSettings)
    case pointer(PointerSettings)
    case transformer(TransformerSettings)

    /// When the network is recurrent.
    package var recurrent: NetworkSettings? { if case .recurrent(let settings) = self { settings } else { nil } }

    /// What a step of what it reads is.
    var input: NetworkSettings.Input {
        switch self {
        case .recurrent(let settings): settings.input
        case .encoderDecoder(let settings): settings.source
        case .pointer(let settings): settings.items
        case .transformer(let settings): settings.input
        }
    }

    /// V of what it reads; nil for numbers, and for numbers and categories.
    var inputSymbols: Int? {
        if case .tokens(let vocabulary, _) = input { return vocabulary }
        return nil
    }

    /// Whether weights of one fit the other: what is only drawn in training or at the start may differ.
    func hasShape(of other: ModelNetwork) -> Bool {
        switch (self, other) {
        case (.recurrent(var shape), .recurrent(let own)):
            shape.dropout = own.dropout
            shape.lockedDropout = own.lockedDropout
            shape.embeddingDropout = own.embeddingDropout
            shape.recurrentDropout = own.recurrentDropout
            shape.initializer = own.initializer
            shape.chronoSteps = own.chronoSteps
            return shape == own
        default: return dropping(0) == other.dropping(0)
        }
    }

    /// The same with another dropout, which no weight depends on.
    func dropping(_ dropout: Float) -> ModelNetwork {
        switch self {
        case .recurrent(var settings):
            settings.dropout = dropout
            return .recurrent(settings)
        case .encoderDecoder(var settings):
            settings.dropout = dropout
            return .encoderDecoder(settings)
        case .pointer(var settings):
            settings.dropout = dropout
            return .pointer(settings)
        case .transformer(var settings):
            settings.dropout = dropout
            return .transformer(settings)
        }
    }
}

extension ModelNetwork: Codable {
    private enum CodingKeys: String, CodingKey {
        case encoderDecoder = "encoder_decoder"
        case pointer
        case transformer
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        if let settings = try values.decodeIfPresent(EncoderDecoderSettings.self, forKey: .encoderDecoder) {
            self = .encoderDecoder(settings)
        } else if let settings = try values.decodeIfPresent(PointerSettings.self, forKey: .pointer) {
            self = .pointer(settings)
        } else if let settings = try values.decodeIfPresent(TransformerSettings.self, forKey: .transformer) {
            self = .transformer(settings)
        } else {
            self = .recurrent(try NetworkSettings(from: decoder))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        if case .recurrent(let settings) = self { return try settings.encode(to: encoder) }
        var values = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .recurrent: break
        case .encoderDecoder(let settings): try values.encode(settings, forKey: .encoderDecoder)
        case .pointer(let settings): try values.encode(settings, forKey: .pointer)
        case .transformer(let settings): try values.encode(settings, forKey: .transformer)
        }
    }
}
