import Kernels
import RecurrentLayers

/// Turns the weights of Keras layers into PyTorch's layout, which is ours.
///
///     LSTM       kernel [I, 4H], recurrent_kernel [H, 4H], bias [4H]      i, f, c, o
///     GRU        kernel [I, 3H], recurrent_kernel [H, 3H], bias [2, 3H]   z, r, h, with reset_after=True (the default)
///                                                          bias [3H]      with reset_after=False
///     SimpleRNN  kernel [I, H],  recurrent_kernel [H, H],  bias [H]
///     Dense      kernel [D·H, O], bias [O]
///
/// Kernels are transposed, a GRU's gates put in the order r, z, n; a single bias becomes b_ih, with b_hh = 0. A layer
/// without a bias (use_bias=False) gets one of zeros.
struct KerasTensors {
    /// Shapes by name.
    private let shapes: [String: [Int]]
    /// Where the reset gate of GRU layers acts: as the request says, or the bias of the first layer shows.
    let gruReset: NetworkSettings.GRUReset

    /// - Parameters:
    ///   - tensors: by the names of `TensorNames.keras`.
    ///   - gruReset: as the request has it.
    init(_ tensors: [NamedTensor], gruReset: NetworkSettings.GRUReset?) {
        shapes = Dictionary(tensors.map { ($0.name, $0.shape) }, uniquingKeysWith: { first, _ in first })
        self.gruReset = gruReset ?? (shapes["rnn.bias_l0"]?.count == 1 ? .before : .after)
    }

    /// The tensors under the names and in the layout of PyTorch. What has another name passes unchanged.
    /// - Throws: a fault for each tensor whose shape no layer has.
    func converted(_ tensors: [NamedTensor]) throws(Faults) -> [NamedTensor] {
        var result: [NamedTensor] = []
        var faults: [Fault] = []
        for tensor in tensors {
            do throws(Faults) { result += try converted(tensor) } catch { faults += error.list }
        }
        if !faults.isEmpty { throw Faults(list: faults) }
        return result
    }

    private func converted(_ tensor: NamedTensor) throws(Faults) -> [NamedTensor] {
        if tensor.name == "head.kernel" {
            guard tensor.shape.count == 2 else { throw wrong(tensor, "[D·H, O]") }
            return [Self.transposed(tensor, name: "head.weight", order: [0])]
        }
        guard let (kind, place) = Self.recurrent(tensor.name) else { return [tensor] }
        guard let recurrent = shapes["rnn.recurrent_kernel_" + place], recurrent.count == 2,
            let cell = NetworkSettings.cell(rows: recurrent[1], hidden: recurrent[0]),
            let order = cell.interchange?.kerasOrder
        else { throw wrong(tensor, "that of a layer whose recurrent_kernel is [H, 4·H], [H, 3·H] or [H, H]") }
        let columns = recurrent[1]
        if kind == "bias" { return try biases(tensor, cell, order, columns, place) }
        guard tensor.shape.count == 2, tensor.shape[1] == columns else { throw wrong(tensor, "[I, \(columns)]") }
        let name = kind == "kernel" ? "rnn.weight_ih_" : "rnn.weight_hh_"
        let weight = Self.transposed(tensor, name: name + place, order: order)
        guard kind == "recurrent_kernel", shapes["rnn.bias_" + place] == nil else { return [weight] }
        let zeros = [Float](repeating: 0, count: columns)
        return [weight]
            + ["rnn.bias_ih_", "rnn.bias_hh_"].map { NamedTensor(name: $0 + place, shape: [columns], values: zeros) }
    }

    private func biases(_ tensor: NamedTensor, _ cell: CellKind, _ order: [Int], _ columns: Int, _ place: String)
        throws(Faults) -> [NamedTensor]
    {
        let areTwo = cell.separatesBiases && gruReset == .after
        let expected = areTwo ? [2, columns] : [columns]
        guard tensor.shape == expected else {
            throw wrong(
                tensor,
                "\(expected)"
                    + (cell.separatesBiases
                        ? ", as gru_reset is \(gruReset.rawValue): reset_after=True goes with after and two biases, "
                            + "reset_after=False with before and one" : ""))
        }
        let pair = tensor.values + (areTwo ? [] : [Float](repeating: 0, count: columns))
        return ["rnn.bias_ih_", "rnn.bias_hh_"].enumerated().map { row, name in
            let bias = NamedTensor(
                name: name, shape: [1, columns], values: Array(pair[row * columns..<(row + 1) * columns]))
            return NamedTensor(
                name: name + place, shape: [columns],
                values: Self.transposed(bias, name: name, order: order).values)
        }
    }

    private func wrong(_ tensor: NamedTensor, _ expected: String) -> Faults {
        Faults(list: [ImportFaults.tensor(tensor.name, "the shape is \(tensor.shape), expected \(expected)")])
    }

    /// `[R, G·H]` → `[G·H, R]`, with block g of the result from block `order[g]`.
    private static func transposed(_ tensor: NamedTensor, name: String, order: [Int]) -> NamedTensor {
        let rows = tensor.shape[0], columns = tensor.shape[1], width = columns / order.count
        var values: [Float] = []
        values.reserveCapacity(tensor.values.count)
        for gate in order {
            for unit in 0..<width {
                for row in 0..<rows { values.append(tensor.values[row * columns + gate * width + unit]) }
            }
        }
        return NamedTensor(name: name, shape: [columns, rows], values: values)
    }

    /// `rnn.recurrent_kernel_l0_reverse` → `recurrent_kernel`, `l0_reverse`.
    private static func recurrent(_ name: String) -> (kind: String, place: String)? {
        for kind in ["recurrent_kernel", "kernel", "bias"] {
            let prefix = "rnn.\(kind)_l"
            if name.hasPrefix(prefix) { return (kind, "l" + name.dropFirst(prefix.count)) }
        }
        return nil
    }
}
