package import RecurrentLayers

/// The shapes of a model's network, whatever its family: the `network` of model.json.
///
/// A new family is a case here, with its member name in `CodingKeys`. Recurrent networks are written as they always were, bare.
package enum ModelNetwork: Sendable, Equatable {
    case recurrent(NetworkSettings)
    case encoderDecoder(EncoderDecoderSettings)
    case pointer(PointerSettings)
    case transformer(TransformerSettings)

    /// When the network is recurrent.
    package var recurrent: NetworkSettings? { if case .recurrent(let settings) = self { settings } else { nil } }

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
