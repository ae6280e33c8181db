package import Kernels
package import ModelFiles
package import RecurrentLayers

/// A whole network as an ONNX graph: input (or tokens) → recurrent operators → head.
///
/// Inputs: `input` float `[T, B, I]`, of a mixed network `[T, B, I + K]`, or `tokens` int64 `[T, B]`;
/// `sequence_lengths` int32 `[B]`; for each layer `h0_l<n>` and (LSTM) `c0_l<n>` `[D, B, H]`. Outputs: `output`
/// `[T, B, O]` (or `[B, O]` for a last-step readout), and the states `hn_l<n>`, `cn_l<n>` to be fed back for streaming.
///
/// - Note: ONNX operators LSTM, GRU (`linear_before_reset` = 1, as PyTorch, or 0 where the reset gate acts before the
///   product) and RNN, opset 17. Gate orders differ: ONNX has i, o, f, c and z, r, h where PyTorch and Rondo have i, f,
///   g, o and r, z, n.
package enum ONNXExport {
    /// The graph of a network alone; `graph(_:tensors:name:)` says what its numbers mean.
    ///
    /// - Parameter tensors: the network's parameters by their PyTorch names.
    /// - Throws: `ServiceError.invalid` when ONNX's operators lack an option of the network.
    package static func graph(settings: NetworkSettings, tensors: [NamedTensor], name: String) throws(ServiceError)
        -> ONNXGraph
    {
        let cell = try exported(settings)
        let byName = Dictionary(tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        var graph = ONNXGraph(name: name)
        let directions = settings.bidirectional ? 2 : 1
        let (steps, batch) = (ONNXGraph.Axis.free("T"), ONNXGraph.Axis.free("B"))
        var current = addInputs(settings.input, steps: steps, batch: batch, byName, to: &graph)
        graph.input(.init("sequence_lengths", .int32, [batch]))
        graph.constant("join_steps", [0, 0, directions * settings.hidden])
        if settings.readout == .lastStep { graph.constant("join_last", [0, directions * settings.hidden]) }
        let state: [ONNXGraph.Axis] = [.fixed(directions), batch, .fixed(settings.hidden)]
        for layer in 0..<settings.layers {
            addWeights(layer, settings, cell.onnxOrder, byName, to: &graph)
            let hasCell = settings.cell.hasCellState
            graph.input(.init("h0_l\(layer)", .float, state))
            if hasCell { graph.input(.init("c0_l\(layer)", .float, state)) }
            graph.output(.init("hn_l\(layer)", .float, state))
            if hasCell { graph.output(.init("cn_l\(layer)", .float, state)) }
            graph.node(
                cell.onnxOperator,
                [current, "w_l\(layer)", "r_l\(layer)", "b_l\(layer)", "sequence_lengths", "h0_l\(layer)"]
                    + (hasCell ? ["c0_l\(layer)"] : []),
                ["y_l\(layer)", "hn_l\(layer)"] + (hasCell ? ["cn_l\(layer)"] : []), attributes(settings, cell))
            // [T, D, B, H] → [T, B, D, H] → [T, B, D·H]
            graph.node("Transpose", ["y_l\(layer)"], ["yt_l\(layer)"], [("perm", .integers([0, 2, 1, 3]))])
            graph.node("Reshape", ["yt_l\(layer)", "join_steps"], ["layer_l\(layer)"])
            let output = "layer_l\(layer)"
            if settings.residual && layer > 0 {
                graph.node("Add", [output, current], ["mixed_l\(layer)"])
                current = "mixed_l\(layer)"
            } else {
                current = output
            }
        }
        var shape: [ONNXGraph.Axis] = [steps, batch, .fixed(settings.outputs)]
        if settings.readout == .lastStep {
            // The last hidden states [D, B, H] → [B, D·H]: they respect the lengths in both directions.
            // A residual top reads the sum of all layers' states: each layer adds its input to its output.
            var last = "hn_l\(settings.residual ? 0 : settings.layers - 1)"
            if settings.residual {
                for layer in 1..<max(1, settings.layers) {
                    graph.node("Add", [last, "hn_l\(layer)"], ["last_sum_l\(layer)"])
                    last = "last_sum_l\(layer)"
                }
            }
            graph.node("Transpose", [last], ["last"], [("perm", .integers([1, 0, 2]))])
            graph.node("Reshape", ["last", "join_last"], ["last_joined"])
            (current, shape) = ("last_joined", [batch, .fixed(settings.outputs)])
        }
        let head = settings.tied ? "embedding.weight" : "head.weight"
        for parameter in settings.tied ? ["head.bias"] : [head, "head.bias"] {
            if let tensor = byName[parameter] { graph.weight(tensor) }
        }
        graph.node("Transpose", [head], ["head_transposed"], [("perm", .integers([1, 0]))])
        graph.node("MatMul", [current, "head_transposed"], ["product"])
        graph.node("Add", ["product", "head.bias"], ["output"])
        graph.output(.init("output", .float, shape))
        return graph
    }

    /// The network's cell as ONNX has it.
    private static func exported(_ settings: NetworkSettings) throws(ServiceError) -> CellInterchange {
        guard let cell = settings.cell.interchange else {
            throw .invalid(
                "",
                "ONNX has no operator for the cell \(settings.cell.rawValue); "
                    + "the network's weights are to be had as safetensors")
        }
        let missing = (settings.layerNorm ? ["layer_norm"] : []) + (settings.projection > 0 ? ["projection"] : [])
        guard missing.isEmpty else {
            throw .invalid(
                "",
                "this network has \(missing.joined(separator: " and ")), which ONNX's \(cell.onnxOperator) "
                    + "operator lacks; "
                    + "its weights are to be had as safetensors")
        }
        return cell
    }

    private static func attributes(
        _ settings: NetworkSettings, _ cell: CellInterchange
    ) -> [(name: String, value: ONNXGraph.Attribute)] {
        let list: [(name: String, value: ONNXGraph.Attribute)] = [
            ("hidden_size", .integer(settings.hidden)),
            ("direction", .string(settings.bidirectional ? "bidirectional" : "forward")),
        ]
        return list
            + cell.onnxAttributes(settings).map { name, value in
                switch value {
                case .integer(let number): (name, .integer(number))
                case .strings(let words): (name, .strings(words))
                }
            }
    }

    /// W `[D, G·H, I]`, R `[D, G·H, H]`, B `[D, 2·G·H]` of a layer, with the gates in ONNX's order.
    private static func addWeights(
        _ layer: Int, _ settings: NetworkSettings, _ order: [Int], _ byName: [String: NamedTensor],
        to graph: inout ONNXGraph
    ) {
        let hidden = settings.hidden
        func reordered(_ name: String) -> (values: [Float], width: Int) {
            guard let tensor = byName[name] else { return ([], 0) }
            let width = tensor.shape.count == 2 ? tensor.shape[1] : 1
            let block = hidden * width
            return (order.flatMap { tensor.values[$0 * block..<($0 + 1) * block] }, width)
        }
        let suffixes = settings.bidirectional ? ["l\(layer)", "l\(layer)_reverse"] : ["l\(layer)"]
        let rows = order.count * hidden
        var (w, r, b) = ([Float](), [Float](), [Float]())
        var inputs = 0
        for suffix in suffixes {
            let input = reordered("rnn.weight_ih_\(suffix)")
            inputs = input.width
            w += input.values
            r += reordered("rnn.weight_hh_\(suffix)").values
            b += reordered("rnn.bias_ih_\(suffix)").values + reordered("rnn.bias_hh_\(suffix)").values
        }
        graph.weight(NamedTensor(name: "w_l\(layer)", shape: [suffixes.count, rows, inputs], values: w))
        graph.weight(NamedTensor(name: "r_l\(layer)", shape: [suffixes.count, rows, hidden], values: r))
        graph.weight(NamedTensor(name: "b_l\(layer)", shape: [suffixes.count, 2 * rows], values: b))
    }
}
