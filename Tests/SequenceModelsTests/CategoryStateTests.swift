import RecurrentLayers
import SequenceModels
import Testing

/// The categories in the state of a stream, which a Transformer reads again: bytes from anybody.
@Suite struct CategoryStateTests {
    private static let input = NetworkSettings.Input.mixed(
        numbers: 1, tables: [EmbeddingTable(rows: 4, width: 2), EmbeddingTable(rows: 2, width: 1)], fields: [0, 1])

    private func read(_ values: [Float], dropping: Int = 0) throws(StreamStateError) -> [Float] {
        let bytes = values.flatMap { value in
            (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) }
        }
        var reader = StateReader(bytes.dropLast(dropping))
        return try reader.rows(values.count / Self.input.rawWidth, of: Self.input)
    }

    @Test func rowsComeBack() throws {
        let rows: [Float] = [0.5, 3, 1, -7, 0, 0]
        #expect(try read(rows) == rows)
        #expect(try read([]) == [])
    }

    @Test(arguments: [-1, 4, 0.5, 1e30, -.leastNonzeroMagnitude] as [Float])
    func aCategoryThatIsNotInItsTableIsRefused(_ bad: Float) {
        #expect(throws: StreamStateError.invalid("a category of step 1 is not one that the model knows")) {
            try read([0, 1, 1, 0, bad, 1])
        }
        #expect(throws: StreamStateError.invalid("a category of step 0 is not one that the model knows")) {
            try read([0, 1, bad])
        }
    }

    @Test func whatIsNoNumberIsRefused() {
        for bad in [Float.nan, .infinity, -.infinity] {
            #expect(throws: StreamStateError.invalid("a value is not finite")) { try read([0, bad, 1]) }
        }
        #expect(throws: StreamStateError.truncated) { try read([0, 1, 1], dropping: 1) }
    }
}
