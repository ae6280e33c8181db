import RecurrentLayers
import Testing

@Suite struct RNNCellTests {
    @Test(arguments: Activation.allCases) func agreesWithItsEquations(_ activation: Activation) throws {
        try CellCheck.agreesWithReference(CellCheck.settings(.rnn) { $0.activation = activation })
    }

    @Test func agreesWithLayerNorm() throws {
        try CellCheck.agreesWithReference(CellCheck.settings(.rnn) { $0.layerNorm = true })
    }
}
