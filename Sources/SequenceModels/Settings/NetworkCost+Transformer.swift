import Kernels
import RecurrentLayers

extension NetworkCost {
    /// - Parameter steps: T of a window; a causal step attends to half of them in the mean.
    init(_ network: TransformerSettings, steps: Int) {
        let shape = network.shape
        let width = shape.width
        let block = Self.block(shape)
        let inputs = network.input.embeddedWidth
        embeddingCount = network.input.embeddingCount
        let entry: (parameters: Int, products: Int, floats: Int) =
            switch network.input {
            case .numeric: ((inputs + 1) * width, inputs * width, inputs)
            // A symbol's embedding, and its gradient.
            case .tokens: (embeddingCount, 0, 2 * inputs)
            case .mixed:
                (
                    embeddingCount + (inputs + 1) * width, inputs * width, Self.written(network.input) + 2 * inputs
                )
            }
        let head = width * network.outputs
        parameterCount = entry.parameters + shape.layers * block.parameters + 2 * width + head + network.outputs
        multiplications =
            entry.products + shape.layers * (block.products + (network.causal ? 1 : 2) * steps * width) + head
        gradientColumns = max(width, shape.feedForward, entry.floats)
        floatsPerStep = Self.floatsPerStep(network, entry: entry.floats)
        floatsPerStepRead = Self.floatsPerStepRead(network, entry: entry.floats)
    }

    /// Two streams in turn and one block's activations serve all layers.
    private static func floatsPerStepRead(_ network: TransformerSettings, entry: Int) -> Int {
        let (width, wide) = (network.shape.width, network.shape.feedForward)
        let head = width / max(1, network.shape.heads)
        let outputs = network.readout == .everyStep ? network.outputs : 0
        return 2 + entry + 2 * width + (7 * width + 2 * wide + 4) + 3 * width + queries + 2
            * PackedMatrix.count(depth: 1, columns: head) + outputs
    }

    /// One block's weights in products: q, k, v, the output, and the two of the feed-forward part; and with its biases
    /// and two norms.
    static func block(_ shape: TransformerShape) -> (products: Int, parameters: Int) {
        let (width, wide) = (shape.width, shape.feedForward)
        let products = 4 * width * width + 2 * width * wide
        return (products, products + 9 * width + wide)
    }

    /// Attention is computed for 64 queries at a time, and again in backward: nothing grows with T².
    private static func floatsPerStep(_ network: TransformerSettings, entry: Int) -> Int {
        let shape = network.shape
        let (width, wide) = (shape.width, shape.feedForward)
        // Of each block its input, q, k, v, both norms, the attended, h, and the feed-forward part before and after φ.
        let blocks = shape.layers * (8 * width + 2 * wide + 4)
        // The last block's output and its norm, dL/d of it; gradients inside a block; positions.
        let once = 4 * width + 5 * width + wide + width
        // Weights of a block of queries and their gradients; keys and values of a head packed, both ways.
        let head = width / max(1, shape.heads)
        let attention = 2 * queries + 2 * head + 2 * PackedMatrix.count(depth: 1, columns: head)
        let outputs = network.readout == .everyStep ? 2 * network.outputs : 0
        return 2 + entry + blocks + once + attention + outputs
    }

    /// Queries whose weights are held at once.
    private static let queries = 64
}
