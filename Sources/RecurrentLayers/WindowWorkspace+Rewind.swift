import Kernels

extension WindowWorkspace {
    /// Makes `state` what it was after the first `count` steps of the window that `forward` has just run: windows that
    /// overlap carry it from there.
    ///
    /// - Precondition: the network runs forward only.
    package func rewindState(to count: Int) {
        precondition(!settings.bidirectional, "the state of a reverse direction goes nowhere")
        precondition(count > 0 && count <= steps, "the state after \(count) of \(steps) steps")
        let (plane, cellPlane) = (batch * settings.stateWidth, batch * settings.hidden)
        for layer in 0..<settings.layers {
            // Slot t + 1 holds the state after step t.
            state.hidden[layer].pointer.update(from: layerOutputs[layer].pointer + count * plane, count: plane)
            guard settings.cell == .lstm else { continue }
            state.cell[layer].pointer.update(
                from: activations[layer][0].cells.pointer + count * cellPlane, count: cellPlane)
        }
    }
}
