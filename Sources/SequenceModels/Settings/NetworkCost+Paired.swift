import Kernels
import RecurrentLayers

/// Networks that read one sequence and answer with another. A "step" is the mean one of an input of S and a target of T
/// steps.
extension NetworkCost {
    /// Parameters of one part, and what a step of it keeps.
    private struct Part {
        var parameters = 0
        var floats = 0

        static func += (left: inout Part, right: Part) {
            left.parameters += right.parameters
            left.floats += right.floats
        }

        static func dense(_ inputs: Int, _ outputs: Int, hasBias: Bool = true) -> Part {
            Part(parameters: inputs * outputs + (hasBias ? outputs : 0), floats: 0)
        }
    }

    init(_ network: EncoderDecoderSettings, sourceSteps: Int, targetSteps: Int) {
        let (width, hidden) = (network.encoder.width, network.decoder.hidden)
        var source = Self.source(network.source, network.encoder), target = Part()
        let hasAttention = network.attention != .none
        target += Self.recurrent(network.decoder, inputs: network.targetEmbedding + (hasAttention ? hidden : 0))
        target += .dense(hidden, network.targetVocabulary)
        target.floats += 2 * network.targetVocabulary + 3 * hidden
        switch network.attention {
        case .none: break
        case .additive:
            source += Self.additiveKeys(width, network.attentionWidth)
            target += Self.additiveQueries(hidden, network.attentionWidth)
        case .general:
            source += .dense(width, hidden, hasBias: false)
            source.floats += 2 * hidden
        case .dot: break
        }
        if hasAttention {
            target += .dense(width + hidden, hidden, hasBias: false)
            target.floats += width + 4 * hidden + sourceSteps
        }
        self.init(
            source, target, fixed: Self.bridge(from: width, to: network.decoder).parameters,
            embeddings: network.targetVocabulary * network.targetEmbedding + network.source.embeddingCount,
            gradientColumns: max(width + hidden, network.source.embeddedWidth, network.targetEmbedding + hidden),
            sourceSteps: sourceSteps,
            targetSteps: targetSteps)
    }

    init(_ network: PointerSettings, sourceSteps: Int, targetSteps: Int) {
        let (width, hidden) = (network.encoder.width, network.decoder.hidden)
        var source = Self.source(network.items, network.encoder), target = Part()
        let inputs = network.items.embeddedWidth
        target += Self.recurrent(network.decoder, inputs: inputs)
        source += Self.additiveKeys(width, network.attentionWidth)
        target += Self.additiveQueries(hidden, network.attentionWidth)
        target.floats += 2 * (1 + sourceSteps) + 2 * inputs + hidden
        self.init(
            source, target,
            fixed: Self.bridge(from: width, to: network.decoder).parameters + inputs
                + (network.hasEnd ? network.attentionWidth : 0), embeddings: network.items.embeddingCount,
            gradientColumns: max(width, inputs, hidden), sourceSteps: sourceSteps, targetSteps: targetSteps)
    }

    private init(
        _ source: Part, _ target: Part, fixed: Int, embeddings: Int, gradientColumns: Int, sourceSteps: Int,
        targetSteps: Int
    ) {
        let steps = max(1, sourceSteps + targetSteps)
        func mean(_ a: Int, _ b: Int) -> Int { (a * sourceSteps + b * targetSteps + steps - 1) / steps }
        let floats = mean(source.floats, target.floats)
        // Half of what is kept in training are gradients.
        self.init(
            parameterCount: source.parameters + target.parameters + fixed + embeddings, embeddingCount: embeddings,
            multiplications: mean(source.parameters, target.parameters), floatsPerStep: floats,
            floatsPerStepRead: floats / 2,
            gradientColumns: gradientColumns)
    }

    private static func source(_ input: NetworkSettings.Input, _ encoder: SequenceEncoder) -> Part {
        let inputs = input.embeddedWidth
        var part =
            switch encoder {
            case .recurrent(let shape): recurrent(shape, inputs: inputs)
            case .transformer(let shape): transformer(shape, inputs: inputs)
            }
        // What is read and the memory, each with its gradient.
        part.floats += 2 * (inputs + encoder.width)
        return part
    }

    private static func recurrent(_ shape: RecurrentShape, inputs: Int) -> Part {
        let gates = shape.cell.gates
        var part = Part(), width = inputs
        for _ in 0..<shape.layers {
            part.parameters += shape.width * gates * (width + shape.hidden + 2)
            width = shape.width
        }
        let unit = 4 + 2 * gates + (shape.cell.separatesBiases ? 2 * gates : 0)
        part.floats = shape.layers * shape.width * unit + 2 * max(width, inputs)
        return part
    }

    private static func transformer(_ shape: TransformerShape, inputs: Int) -> Part {
        let (m, f) = (shape.width, shape.feedForward)
        return Part(
            parameters: inputs * m + m + shape.layers * block(shape).parameters + 2 * m,
            floats: shape.layers * (8 * m + 2 * f + 4) + 7 * m + 2 * f)
    }

    private static func bridge(from width: Int, to decoder: RecurrentShape) -> Part {
        Part(
            parameters: decoder.layers * (decoder.cell.hasCellState ? 2 : 1)
                * (width * decoder.hidden + decoder.hidden),
            floats: 0)
    }

    private static func additiveKeys(_ width: Int, _ attention: Int) -> Part {
        Part(parameters: width * attention + attention, floats: 2 * attention)
    }

    private static func additiveQueries(_ hidden: Int, _ attention: Int) -> Part {
        Part(parameters: hidden * attention + attention, floats: 2 * attention)
    }
}
