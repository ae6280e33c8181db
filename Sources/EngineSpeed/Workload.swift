package import RecurrentLayers

/// The workloads that the peers' programs measure too: T1 to T6 train (one complete optimiser step), I1 to I5 predict.
package struct Workload: Sendable {
    /// What is run: training on numbers or on text, stepping of streams, or reading of whole sequences.
    package enum Kind: Sendable { case regression, languageModel, stream, sequence }

    /// As in the peers' programs: `T1`, `I4`.
    package let name: String
    /// What is run.
    package let kind: Kind
    /// The network.
    package let settings: NetworkSettings
    /// T.
    package let steps: Int
    /// B.
    package let batch: Int
    var clips = false

    /// A workload of `steps` by `batch`; `clips` bounds the norm of the gradient in each update.
    package init(name: String, kind: Kind, settings: NetworkSettings, steps: Int, batch: Int, clips: Bool = false) {
        self.name = name
        self.kind = kind
        self.settings = settings
        self.steps = steps
        self.batch = batch
        self.clips = clips
    }

    /// Whether one repetition is an optimiser step.
    package var isTraining: Bool { kind == .regression || kind == .languageModel }

    /// Useful floating-point operations of a token, one row's step: forward, and in training backward without the input
    /// gradient that nobody reads.
    package var flopsPerToken: Double {
        let learnsInput = settings.input.embeddingCount > 0
        let inputs = settings.input.embeddedWidth
        var multiplications = 0
        for layer in 0..<settings.layers {
            let (gates, read) = (4 * settings.hidden, layer == 0 ? inputs : settings.hidden)
            let passes = isTraining ? (layer > 0 || learnsInput ? 3 : 2) : 1
            multiplications += passes * gates * read + (isTraining ? 3 : 1) * gates * settings.hidden
        }
        let head = Double((isTraining ? 3 : 1) * settings.hidden * settings.outputs)
        return 2 * (Double(multiplications) + (settings.readout == .everyStep ? head : head / Double(steps)))
    }

    /// A network that reads `inputs` channels and answers with `outputs` numbers after the last step.
    package static func numeric(_ inputs: Int, _ hidden: Int, _ layers: Int, _ outputs: Int) -> NetworkSettings {
        NetworkSettings(
            input: .numeric(channels: inputs), layers: layers, hidden: hidden, outputs: outputs, readout: .lastStep)
    }
    /// A language model over `vocabulary` symbols.
    package static func text(_ vocabulary: Int, _ embedding: Int, _ hidden: Int, _ layers: Int) -> NetworkSettings {
        NetworkSettings(
            input: .tokens(vocabulary: vocabulary, embedding: embedding), layers: layers, hidden: hidden,
            outputs: vocabulary)
    }

    /// T1 with three categories a step, two of them from one table; no peer runs it.
    package static let mixed = Workload(
        name: "M1", kind: .regression,
        settings: NetworkSettings(
            input: .mixed(
                numbers: 8, tables: [EmbeddingTable(rows: 1000, width: 16), EmbeddingTable(rows: 12, width: 4)],
                fields: [0, 1, 1]), layers: 1, hidden: 64, outputs: 1, readout: .lastStep), steps: 96, batch: 32)

    /// Every workload, in the order of the peers' programs.
    package static let all = [
        Workload(name: "T1", kind: .regression, settings: numeric(8, 64, 1, 1), steps: 96, batch: 32),
        Workload(name: "T2", kind: .regression, settings: numeric(16, 128, 2, 24), steps: 168, batch: 32),
        Workload(
            name: "T3", kind: .languageModel, settings: text(10_000, 200, 200, 2), steps: 20, batch: 20, clips: true),
        Workload(name: "T4", kind: .languageModel, settings: text(65, 64, 256, 2), steps: 100, batch: 64),
        Workload(
            name: "T5", kind: .languageModel, settings: text(10_000, 650, 650, 2), steps: 35, batch: 20, clips: true),
        Workload(name: "T6", kind: .regression, settings: numeric(2, 128, 1, 1), steps: 1000, batch: 32),
        Workload(name: "I1a", kind: .stream, settings: text(65, 64, 128, 1), steps: 200, batch: 1),
        Workload(name: "I1b", kind: .stream, settings: text(65, 64, 256, 2), steps: 200, batch: 1),
        Workload(name: "I1c", kind: .stream, settings: text(65, 64, 512, 2), steps: 200, batch: 1),
        Workload(name: "I2", kind: .sequence, settings: numeric(16, 128, 2, 24), steps: 168, batch: 1),
        Workload(name: "I3", kind: .sequence, settings: numeric(16, 128, 2, 24), steps: 168, batch: 64),
        Workload(name: "I4", kind: .stream, settings: text(65, 64, 256, 2), steps: 200, batch: 64),
        Workload(name: "I5", kind: .stream, settings: text(65, 64, 128, 1), steps: 200, batch: 64),
    ]
}
