/// The recurrent cells, by name: the one table of them.
package struct CellKind: RawRepresentable, Codable, Sendable, Hashable, CaseIterable, CustomStringConvertible {
    /// Every cell, a line each; where two have the same number of gates, an import without a name takes the first.
    static let table: [any RecurrentCell.Type] = [
        LSTMCell.self,
        GRUCell.self,
        RNNCell.self,
    ]

    private let index: Int

    private init(index: Int) { self.index = index }

    /// The kind of a cell of the table.
    init(_ type: (some RecurrentCell).Type) {
        guard let kind = CellKind(rawValue: type.name) else { preconditionFailure("\(type.name) is in no table") }
        self = kind
    }

    /// The cell of that name; nil where there is none.
    package init?(rawValue: String) {
        guard let index = Self.table.firstIndex(where: { $0.name == rawValue }) else { return nil }
        self.index = index
    }

    /// In the order of the table.
    package static var allCases: [CellKind] { table.indices.map { CellKind(index: $0) } }

    /// The cell behind the name.
    var type: any RecurrentCell.Type { Self.table[index] }

    /// The name.
    package var rawValue: String { type.name }
    /// The name.
    package var description: String { type.name }
    /// G: rows of W_ih per hidden unit.
    package var gates: Int { type.gates.count }
    /// Whether it hands on c beside h.
    package var hasCellState: Bool { type.hasCellState }
    /// Whether its h may be projected to another width.
    package var canProject: Bool { type.canProject }
    /// Whether b_ih and b_hh act apart, so that one cannot be moved into the other.
    package var separatesBiases: Bool { type.keepsHiddenProduct }
    /// Whether it has gates that can be prepared for a lag.
    package var learnsLags: Bool { (0..<gates).contains { type.chronoBias(gate: $0, lag: 1) != nil } }
    /// Floats for each unit of a step beside h and the gates: when a window is read, and in training.
    package var floatsPerUnit: (reading: Int, training: Int) { type.floatsPerUnit }
    /// How other formats hold it; nil where none of them knows it.
    package var interchange: CellInterchange? { type.interchange }
}
