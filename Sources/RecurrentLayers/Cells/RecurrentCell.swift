/// A recurrent cell: what one time step makes of the sums of its products. A cell is one file that conforms, and a line
/// in `CellKind.table`.
///
///     Z = W_ih x + b_ih   and   W_hh h + b_hh   are the layer's: `[R, G·H]`, the rows of the weights by gate
///     forward             from these to the gates, h_t and, where the cell has it, c_t
///     backward            its twin: from dL/dh_t and dL/dc_t to dZ, and to what reaches h_{t-1} and c_{t-1} past the
///                         products
///
/// Layer normalisation of the products, the projection of h, dropout, masks, directions and windows are the layer's; a
/// cell sees rows. It is a value without references: a layer keeps one and calls it each step.
protocol RecurrentCell: Sendable {
    /// As requests, model files and the names of tests have it.
    static var name: String { get }
    /// G gates, in the order of the rows of W_ih and W_hh.
    static var gates: [CellGate] { get }
    /// Gates whose product is normalised together; by default all.
    static var normGroups: [Range<Int>] { get }
    /// Whether a step hands on c `[R, H]` beside h.
    static var hasCellState: Bool { get }
    /// Whether h_{t-1} enters a step by the product alone: h may then be projected to another width.
    static var canProject: Bool { get }
    /// Whether W_hh h + b_hh stays apart from W_ih x + b_ih, as a gate acts on one of them; else they are summed.
    static var keepsHiddenProduct: Bool { get }
    /// Floats for each unit of a step beside h and the gates, by which memory is estimated before a job starts.
    static var floatsPerUnit: (reading: Int, training: Int) { get }
    /// How other formats hold the cell; nil where none of them knows it.
    static var interchange: CellInterchange? { get }

    /// b_ih of a gate's units in a fresh network.
    static func initialBias(gate: Int) -> Float
    /// b_ih of a gate's unit that is to remember for `lag` steps (Tallec & Ollivier 2018); nil: as `initialBias`.
    static func chronoBias(gate: Int, lag: Double) -> Float?
    /// The cell as the settings describe it.
    static func make(_ settings: NetworkSettings) -> any RecurrentCell

    /// The gates of each recurrent product of a step, one after the other; by default all at once. The first reads
    /// h_{t-1}, a later one what the stage before it has put into `CellStep.kept`.
    var stages: [Range<Int>] { get }
    /// Whether `CellStep.kept` is used.
    var keepsUnits: Bool { get }
    /// Whether dL/d(W_hh h + b_hh) differs from dZ.
    var hasOwnHiddenGradient: Bool { get }

    /// What follows the product of `stage`; after the last, `s.current` (and `s.cell`) are h_t (and c_t).
    func forward(_ s: CellStep, stage: Int)
    /// The gradients of `forward`; stages come in reverse, each before its product's own backward.
    func backward(_ s: CellStep, _ d: CellGradients, stage: Int)
}

/// One gate of a cell.
struct CellGate: Sendable {
    /// As in the cell's equations.
    let name: String
    /// Whether its value is a share between shut (0) and open (1).
    let isSigmoid: Bool
}

/// How other formats hold a cell whose gates and equations they share.
package struct CellInterchange: Sendable {
    /// An attribute of an ONNX operator.
    package enum Attribute: Sendable {
        case integer(Int), strings([String])
    }

    /// The name of the operator that ONNX has for it.
    package let onnxOperator: String
    /// Our gates as places among ONNX's: block g there is block `onnxOrder[g]` here.
    package let onnxOrder: [Int]
    /// What the ONNX operator must be told beside size and direction.
    package let onnxAttributes: @Sendable (NetworkSettings) -> [(name: String, value: Attribute)]
    /// Our gates as places among Keras's.
    package let kerasOrder: [Int]
}

extension RecurrentCell {
    static var normGroups: [Range<Int>] { [0..<gates.count] }
    static var hasCellState: Bool { false }
    static var canProject: Bool { false }
    static var keepsHiddenProduct: Bool { false }
    static var floatsPerUnit: (reading: Int, training: Int) { (0, 0) }
    static var interchange: CellInterchange? { nil }
    static func initialBias(gate: Int) -> Float { 0 }
    static func chronoBias(gate: Int, lag: Double) -> Float? { nil }
    var stages: [Range<Int>] { [0..<Self.gates.count] }
    var keepsUnits: Bool { false }
    var hasOwnHiddenGradient: Bool { false }
}
