import Kernels

/// Where each named parameter lies in the one flat buffer that the optimiser and the gradients share.
///
/// Names and shapes are PyTorch's (`nn.Embedding`, `nn.LSTM`/`nn.GRU`/`nn.RNN`, `nn.Linear`):
///
///     embedding.weight [V, E]     or embedding.0.weight [V, D] and so on, for each table of a mixed input
///     rnn.weight_ih_l0 [G·H, I]   rnn.weight_hh_l0 [G·H, S]   (and …_reverse)
///     rnn.bias_ih_l0 [G·H]        rnn.bias_hh_l0 [G·H]
///     rnn.weight_hr_l0 [P, H]     of a projected LSTM, where S = P; else S = H
///     head.weight [O, D·S]        head.bias [O]
///
/// PyTorch has no layer normalisation inside a cell; the biases of those of W_ih x and W_hh h are `bias_ih` and
/// `bias_hh`:
///
///     rnn.layer_norm_ih_l0.weight [G·H]   rnn.layer_norm_hh_l0.weight [G·H]
///     rnn.layer_norm_c_l0.weight [H]      rnn.layer_norm_c_l0.bias [H]            of an LSTM
///
/// With tied weights there is no `head.weight`: the embedding takes its place.
/// Each starts at a multiple of 16 floats; the gaps are zero and stay zero.
struct ParameterLayout: Sendable {
    struct Entry: Sendable {
        let name: String
        let shape: [Int]
        /// Floats from the start of the buffer.
        let offset: Int
        var count: Int { shape.reduce(1, *) }
    }

    /// Offsets of one layer and direction.
    struct Recurrent: Sendable {
        let weightInput: Int
        let weightHidden: Int
        let biasInput: Int
        let biasHidden: Int
        /// W_hr of a projected LSTM.
        let projection: Int?
        /// Gains of the norms of W_ih x and W_hh h.
        let normInput: Int?
        let normHidden: Int?
        /// Gain and bias of the norm of c.
        let normCell: (gain: Int, bias: Int)?
    }

    private(set) var entries: [Entry] = []
    /// The length of the flat buffer in floats.
    private(set) var count = 0

    /// Parameters proper, without the gaps.
    var parameterCount: Int { entries.reduce(0) { $0 + $1.count } }

    /// Adds the stacked layers of `settings` under `prefix`: `[layer][direction]`.
    mutating func addRecurrent(_ prefix: String, _ settings: NetworkSettings) -> [[Recurrent]] {
        (0..<settings.layers).map { layer in
            (0..<settings.directions).map { direction in
                let suffix = "l\(layer)" + (direction == 1 ? "_reverse" : "")
                return addRecurrent(prefix, settings, inputs: settings.inputWidth(ofLayer: layer), suffix)
            }
        }
    }

    private mutating func addRecurrent(
        _ prefix: String, _ settings: NetworkSettings, inputs: Int, _ suffix: String
    ) -> Recurrent {
        let rows = settings.cell.gates * settings.hidden
        return Recurrent(
            weightInput: add("\(prefix).weight_ih_\(suffix)", [rows, inputs]),
            weightHidden: add("\(prefix).weight_hh_\(suffix)", [rows, settings.stateWidth]),
            biasInput: add("\(prefix).bias_ih_\(suffix)", [rows]),
            biasHidden: add("\(prefix).bias_hh_\(suffix)", [rows]),
            projection: settings.projection > 0
                ? add("\(prefix).weight_hr_\(suffix)", [settings.projection, settings.hidden]) : nil,
            normInput: settings.layerNorm ? add("\(prefix).layer_norm_ih_\(suffix).weight", [rows]) : nil,
            normHidden: settings.layerNorm ? add("\(prefix).layer_norm_hh_\(suffix).weight", [rows]) : nil,
            normCell: settings.layerNorm && settings.cell.hasCellState
                ? (
                    gain: add("\(prefix).layer_norm_c_\(suffix).weight", [settings.hidden]),
                    bias: add("\(prefix).layer_norm_c_\(suffix).bias", [settings.hidden])
                ) : nil)
    }

    mutating func add(_ name: String, _ shape: [Int]) -> Int {
        let entry = Entry(name: name, shape: shape, offset: count)
        entries.append(entry)
        count += (entry.count + 15) / 16 * 16
        return entry.offset
    }
}
