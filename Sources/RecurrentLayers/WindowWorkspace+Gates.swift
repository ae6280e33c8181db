import Kernels

extension WindowWorkspace {
    /// A gate below this is nearly shut, above 1 − this nearly open: its slope is then less than a fifth of the
    /// steepest.
    private static let gateMargin: Float = 0.05

    /// How many gates were nearly shut or open in the window that `forward` has just run, by layer: of i, f, o of an
    /// LSTM or r, z of a GRU, in both directions, at real steps. A saturated gate hardly learns.
    ///
    /// - Returns: `[L]`; empty for a cell without gates.
    /// - Complexity: a pass over the gates `[T, B, G·H]`.
    package func saturatedGates() -> [(saturated: Int, all: Int)] {
        let sigmoids = settings.cell.type.gates.indices.filter { settings.cell.type.gates[$0].isSigmoid }
        guard !sigmoids.isEmpty else { return [] }
        let (hidden, width) = (settings.hidden, settings.cell.gates * settings.hidden)
        return stack.activations.map { directions in
            var saturated = 0, all = 0
            for row in 0..<steps * batch where mask[row] != 0 {
                for direction in directions {
                    let gates = direction.gates.vector(from: row * width, count: width)
                    for gate in sigmoids {
                        for unit in gate * hidden..<(gate + 1) * hidden
                        where abs(gates[unit] - 0.5) > 0.5 - Self.gateMargin {
                            saturated += 1
                        }
                        all += hidden
                    }
                }
            }
            return (saturated, all)
        }
    }
}
