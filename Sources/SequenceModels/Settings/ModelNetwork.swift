package import RecurrentLayers

/// The shapes of a model's network, whatever its family: the `network` of model.json.
///
/// A new family is a case here, with its member name in `CodingKeys`. Recurrent networks are written as they always were, bare.
package enum ModelNetwork: Sendable, Equatable {
    case recurrent(NetworkSettings)

    /// When the network is recurrent.
    package var recurrent: NetworkSettings? {
        switch self {
        case .recurrent(let settings): settings
        }
    }
}

extension ModelNetwork: Codable {
    package init(from decoder: any Decoder) throws { self = .recurrent(try NetworkSettings(from: decoder)) }

    package func encode(to encoder: any Encoder) throws {
        switch self {
        case .recurrent(let settings): try settings.encode(to: encoder)
        }
    }
}
