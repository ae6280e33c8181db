import RecurrentLayers

/// Reads a known sequence of tokens through a network by windows, from a zero state.
enum ContextReader {
    /// T of a window.
    private static let windowSteps = 256

    /// Feeds all of `context` but its last token.
    ///
    /// - Parameter each: sees, for each token fed, its position and the logits `[V]` of the token after it; nil skips them.
    /// - Returns: the workspace, whose state (one row) is the one after the last token fed; nil when none was fed.
    static func read(
        _ context: [Int32], network: RecurrentNetwork, each: ((Int, UnsafeBufferPointer<Float>) -> Void)?
    ) -> WindowWorkspace? {
        let feed = context.count - 1
        guard feed > 0 else { return nil }
        let width = network.settings.outputs
        let window = WindowWorkspace(network: network, stepsMax: min(feed, windowSteps), batchMax: 1, training: false)
        window.state.zero()
        for from in stride(from: 0, to: feed, by: windowSteps) {
            let steps = min(windowSteps, feed - from)
            window.begin(steps: steps, batch: 1)
            for t in 0 ..< steps {
                window.tokens[t] = context[from + t]
                window.mask[t] = 1
            }
            network.forward(window, training: false, dropoutKey: 0, readsHead: each != nil)
            guard let each else { continue }
            for t in 0 ..< steps { each(from + t, UnsafeBufferPointer(start: window.outputs + t * width, count: width)) }
        }
        return window
    }
}
