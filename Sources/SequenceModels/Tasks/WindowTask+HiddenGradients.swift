import Kernels
import RecurrentLayers

extension WindowTask {
    /// Measured at the first shard of the step to come. The state that the forward pass moves is put back.
    ///
    /// Of a Transformer, h is what each block reads.
    func hiddenGradients(
        _ position: StepPosition, network: Network, workspace: Network.Workspace, gradients: AlignedBuffer
    ) -> HiddenGradients? {
        let rows = (0..<shardRowsMax).map { workspace.stateRow($0) }
        defer { for (row, values) in rows.enumerated() { workspace.setStateRow(row, values) } }
        guard load(position, shard: 0, into: workspace) > 0 else { return nil }
        network.forward(workspace, training: false, dropoutKey: 0)
        _ = loss(shard: 0, workspace: workspace, scale: 1)
        let last = Self.lastSteps(workspace)
        Self.keepLastSteps(last, network, workspace)

        let steps = (last.max() ?? 0) + 1
        var squares = [[Double]](repeating: [Double](repeating: 0, count: steps), count: network.layers)
        var counts = squares
        workspace.observeHiddenGradients { layer, step, values in
            let hidden = values.count / max(1, last.count)
            for (row, end) in last.enumerated() where step <= end {
                var sum = 0.0
                for unit in row * hidden..<(row + 1) * hidden { sum += Double(values[unit]) * Double(values[unit]) }
                squares[layer][end - step] += sum
                counts[layer][end - step] += 1
            }
        }
        network.backward(workspace, training: false, dropoutKey: 0, gradients: gradients)
        workspace.observeHiddenGradients(nil)
        let means = zip(squares, counts).map { zip($0, $1).map { $1 > 0 ? $0 / $1 : 0 } }
        return HiddenGradients(squares: means, readout: network.readout)
    }

    /// The last real step of each row; −1 for a row of padding.
    private static func lastSteps(_ workspace: Network.Workspace) -> [Int] {
        let (steps, batch) = (workspace.steps, workspace.batch)
        return (0..<batch).map { row in
            (0..<steps).last { workspace.mask[$0 * batch + row] != 0 } ?? -1
        }
    }

    /// Clears dL/dy `[T, B, O]` but at the last real step of each row.
    private static func keepLastSteps(_ last: [Int], _ network: Network, _ workspace: Network.Workspace) {
        guard network.readout == .everyStep else { return }
        let width = network.outputs
        for step in 0..<workspace.steps {
            for row in 0..<workspace.batch where last[row] != step {
                (workspace.outputGradients + (step * workspace.batch + row) * width).update(repeating: 0, count: width)
            }
        }
    }
}
