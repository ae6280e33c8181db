import RecurrentLayers

/// The workloads that the peers' programs measure too: T1–T6 train (one complete optimiser step), I1–I4 predict.
struct Workload {
    enum Kind { case regression, languageModel, stream, sequence }

    let name: String
    let kind: Kind
    let settings: NetworkSettings
    /// T.
    let steps: Int
    /// B.
    let batch: Int
    var clips = false

    var isTraining: Bool { kind == .regression || kind == .languageModel }

    private static func numeric(_ inputs: Int, _ hidden: Int, _ layers: Int, _ outputs: Int) -> NetworkSettings {
        NetworkSettings(input: .numeric(channels: inputs), layers: layers, hidden: hidden, outputs: outputs, readout: .lastStep)
    }
    private static func text(_ vocabulary: Int, _ embedding: Int, _ hidden: Int, _ layers: Int) -> NetworkSettings {
        NetworkSettings(
            input: .tokens(vocabulary: vocabulary, embedding: embedding), layers: layers, hidden: hidden, outputs: vocabulary)
    }

    static let all = [
        Workload(name: "T1", kind: .regression, settings: numeric(8, 64, 1, 1), steps: 96, batch: 32),
        Workload(name: "T2", kind: .regression, settings: numeric(16, 128, 2, 24), steps: 168, batch: 32),
        Workload(name: "T3", kind: .languageModel, settings: text(10_000, 200, 200, 2), steps: 20, batch: 20, clips: true),
        Workload(name: "T4", kind: .languageModel, settings: text(65, 64, 256, 2), steps: 100, batch: 64),
        Workload(name: "T5", kind: .languageModel, settings: text(10_000, 650, 650, 2), steps: 35, batch: 20, clips: true),
        Workload(name: "T6", kind: .regression, settings: numeric(2, 128, 1, 1), steps: 1000, batch: 32),
        Workload(name: "I1a", kind: .stream, settings: text(65, 64, 128, 1), steps: 200, batch: 1),
        Workload(name: "I1b", kind: .stream, settings: text(65, 64, 256, 2), steps: 200, batch: 1),
        Workload(name: "I1c", kind: .stream, settings: text(65, 64, 512, 2), steps: 200, batch: 1),
        Workload(name: "I2", kind: .sequence, settings: numeric(16, 128, 2, 24), steps: 168, batch: 1),
        Workload(name: "I3", kind: .sequence, settings: numeric(16, 128, 2, 24), steps: 168, batch: 64),
        Workload(name: "I4", kind: .stream, settings: text(65, 64, 256, 2), steps: 200, batch: 64),
    ]
}
