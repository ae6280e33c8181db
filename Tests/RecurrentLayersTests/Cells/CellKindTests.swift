import Foundation
import RecurrentLayers
import Testing

@Suite struct CellKindTests {
    /// The order is that of documentation and of imports that know the number of gates only.
    @Test func theTableNamesEveryCell() {
        #expect(CellKind.allCases.map(\.rawValue) == ["lstm", "gru", "rnn"])
        #expect(CellKind.allCases.map(\.gates) == [4, 3, 1])
        #expect(CellKind.allCases == [.lstm, .gru, .rnn])
        #expect(CellKind.allCases.map(\.description) == CellKind.allCases.map(\.rawValue))
    }

    @Test func factsOfCells() {
        #expect(CellKind.allCases.map(\.hasCellState) == [true, false, false])
        #expect(CellKind.allCases.map(\.canProject) == [true, false, false])
        #expect(CellKind.allCases.map(\.learnsLags) == [true, false, false])
        #expect(CellKind.allCases.map(\.separatesBiases) == [false, true, false])
    }

    @Test func isWrittenAsItsName() throws {
        for kind in CellKind.allCases {
            let written = try JSONEncoder().encode([kind])
            #expect(String(decoding: written, as: UTF8.self) == "[\"\(kind.rawValue)\"]")
            #expect(try JSONDecoder().decode([CellKind].self, from: written) == [kind])
        }
        #expect(CellKind(rawValue: "LSTM") == nil)
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([CellKind].self, from: Data("[\"gnu\"]".utf8)) }
    }

    /// An exchange format's order names each gate once.
    @Test func ordersAreOrders() throws {
        for kind in CellKind.allCases {
            let other = try #require(kind.interchange)
            #expect(other.onnxOrder.sorted() == Array(0..<kind.gates))
            #expect(other.kerasOrder.sorted() == Array(0..<kind.gates))
        }
    }
}
