/// What stands between the two layers of a block's feed-forward part.
package enum FeedForwardActivation: String, Codable, Sendable, CaseIterable {
    case gelu, relu

    /// As `CKernels` tells them apart.
    var isRelu: Bool { self == .relu }
}

/// The shape of stacked Transformer blocks, wherever they stand.
package struct TransformerShape: Codable, Sendable, Equatable {
    /// L ≥ 1.
    package var layers: Int
    /// M ≥ 1, of a step between the blocks.
    package var width: Int
    /// Divides M.
    package var heads: Int
    /// F ≥ 1, inside the feed-forward part; four times M is usual.
    package var feedForward: Int
    /// Of the feed-forward part.
    package var activation: FeedForwardActivation

    /// A stack of `layers` blocks of width M.
    package init(layers: Int, width: Int, heads: Int, feedForward: Int, activation: FeedForwardActivation = .gelu) {
        self.layers = layers
        self.width = width
        self.heads = heads
        self.feedForward = feedForward
        self.activation = activation
    }

    private enum CodingKeys: String, CodingKey {
        case layers, width, heads, activation
        case feedForward = "feed_forward"
    }

    /// Whether the heads share the width out evenly, and nothing is empty.
    package var isSound: Bool { layers > 0 && width > 0 && heads > 0 && feedForward > 0 && width % heads == 0 }

    /// M / heads.
    var headWidth: Int { width / heads }
}
