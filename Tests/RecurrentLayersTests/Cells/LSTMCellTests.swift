import RecurrentLayers
import Testing

@Suite struct LSTMCellTests {
    @Test func agreesWithItsEquations() throws {
        try CellCheck.agreesWithReference(CellCheck.settings(.lstm))
    }

    /// Projection and layer normalisation are the layer's, and change nothing of the cell.
    @Test func agreesWithOptions() throws {
        try CellCheck.agreesWithReference(CellCheck.settings(.lstm) { $0.projection = 3 })
        try CellCheck.agreesWithReference(CellCheck.settings(.lstm) { $0.layerNorm = true })
        try CellCheck.agreesWithReference(CellCheck.settings(.lstm) { ($0.projection, $0.layerNorm) = (2, true) })
    }

    /// Gate order i, f, g, o: the forget gate begins open (Jozefowicz et al. 2015).
    @Test func forgetsNothingAtFirst() throws {
        let biases = try CellCheck.freshBiases(CellCheck.settings(.lstm))
        #expect(biases == [0, 1, 0, 0].map { [Float](repeating: $0, count: 5) })
    }

    /// Tallec & Ollivier 2018: the forget gate log of a lag in 1 … T − 1, the input gate its negative.
    @Test func chronoSpreadsTheLags() throws {
        let biases = try CellCheck.freshBiases(
            CellCheck.settings(.lstm) { ($0.initializer, $0.chronoSteps) = (.chrono, 100) })
        #expect(zip(biases[0], biases[1]).allSatisfy { $0 == -$1 && $1 >= 0 && $1 < 4.6 })
        #expect(Set(biases[1]).count == 5 && biases[2...].allSatisfy { $0.allSatisfy { $0 == 0 } })
    }
}
