extension PlanDefaults {
    /// Whether the Transformer of a task sees a whole sequence, or only the steps before.
    static func isBidirectional(transformerOf task: TaskKind) -> Bool { task != .forecast && task != .languageModel }

    /// These defaults for a Transformer: at least two blocks of at least 32 units, a rate that falls with their width,
    /// a window whose steps can all be compared with each other.
    func transformer(_ network: NetworkRequest) -> PlanDefaults {
        var result = self
        result.layers = max(2, layers)
        result.hidden = max(32, (hidden + 7) / 8 * 8)
        result.dropout = min(dropout, 0.1)
        result.window = min(window, Self.contextDefaultMax)
        result.stateful = false
        result.warmup = 0.1
        let width = network.hidden ?? result.hidden
        result.learningRate = width <= 32 ? 0.005 : width <= 64 ? 0.003 : width <= 128 ? 0.002 : 0.001
        return result
    }

    /// Steps of a window that is chosen here.
    private static let contextDefaultMax = 1024

    /// 4, or of wide blocks 8, when that shares the width out evenly; or else fewer.
    static func heads(width: Int) -> Int {
        (1...(width >= 256 ? 8 : 4)).last { width % $0 == 0 } ?? 1
    }
}
