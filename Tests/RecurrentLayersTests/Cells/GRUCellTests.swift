import RecurrentLayers
import Testing

@Suite struct GRUCellTests {
    @Test func agreesWithItsEquations() throws {
        try CellCheck.agreesWithReference(CellCheck.settings(.gru))
    }

    @Test func agreesWithLayerNorm() throws {
        try CellCheck.agreesWithReference(CellCheck.settings(.gru) { $0.layerNorm = true })
    }

    /// Chrono initialisation is defined by the forget gate of an LSTM; a GRU's biases stay 0.
    @Test func biasesStartAtZero() throws {
        for initializer in NetworkSettings.Initializer.allCases {
            let biases = try CellCheck.freshBiases(
                CellCheck.settings(.gru) { ($0.initializer, $0.chronoSteps) = (initializer, 100) })
            #expect(biases.count == 3 && biases.allSatisfy { $0.allSatisfy { $0 == 0 } })
        }
    }
}
