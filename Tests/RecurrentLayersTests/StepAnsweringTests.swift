import Kernels
import RecurrentLayers
import Testing

/// Steps in which some rows read and others answer.
@Suite struct StepAnsweringTests {
    /// Three steps of six rows, of which the first `answering` answer.
    ///
    /// - Returns: the bits of all outputs, and of all states; outputs begin as 7.
    private func run(_ network: RecurrentNetwork, answering: Int, inCompany: Bool) -> (
        outputs: [UInt32], states: [UInt32]
    ) {
        let batch = StepBatch(network: network, rowsMax: 8), count = 6 * network.settings.outputs
        batch.rows = 6
        for index in 0..<count { batch.outputs[index] = 7 }
        for step in 0..<3 {
            for row in 0..<6 { batch.tokens[row] = Int32((5 * row + 3 * step) % 11) }
            network.step(batch, answering: answering, inCompany: inCompany)
        }
        return (
            (0..<count).map { batch.outputs[$0].bitPattern },
            (0..<6).flatMap { batch.state.row($0) }.map(\.bitPattern)
        )
    }

    /// Rows that answer have the bytes of a step in which all do, and so have all states; the other outputs are not
    /// touched. Whether others wait for the processors changes nothing.
    @Test(arguments: [CellKind.lstm, .gru]) func whoReadsHasNoOutputs(cell: CellKind) throws {
        var settings = NetworkSettings(
            input: .tokens(vocabulary: 11, embedding: 6), cell: cell, layers: 2, hidden: 320, outputs: 11)
        settings.residual = true
        let fresh = RecurrentNetwork(settings: settings, seed: 3)
        let network = try RecurrentNetwork(
            settings: settings, tensors: fresh.tensors(), serving: Serving(pool: ComputePool(threads: 3)))
        let whole = run(network, answering: 6, inCompany: false)
        for answering in [0, 1, 4, 6] {
            for inCompany in [false, true] {
                let some = run(network, answering: answering, inCompany: inCompany)
                #expect(some.states == whole.states)
                #expect(some.outputs.prefix(answering * 11) == whole.outputs.prefix(answering * 11))
                #expect(some.outputs.dropFirst(answering * 11).allSatisfy { $0 == Float(7).bitPattern })
            }
        }
    }
}
