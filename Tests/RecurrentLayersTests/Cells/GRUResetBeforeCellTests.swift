import RecurrentLayers
import Testing

@Suite struct GRUResetBeforeCellTests {
    @Test func agreesWithItsEquations() throws {
        try CellCheck.agreesWithReference(CellCheck.settings(.gru) { $0.gruReset = .before })
    }

    @Test func agreesWithLayerNorm() throws {
        try CellCheck.agreesWithReference(CellCheck.settings(.gru) { ($0.gruReset, $0.layerNorm) = (.before, true) })
    }

    /// The same name and parameters as the other GRU: only the settings tell them apart.
    @Test func hasTheShapesOfTheOtherGRU() {
        let before = CellCheck.settings(.gru) { $0.gruReset = .before }
        #expect(before.tensorShapes.map(\.name) == CellCheck.settings(.gru).tensorShapes.map(\.name))
        #expect(before.tensorShapes.map(\.shape) == CellCheck.settings(.gru).tensorShapes.map(\.shape))
    }
}
