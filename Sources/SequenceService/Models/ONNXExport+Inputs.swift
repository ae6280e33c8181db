import Kernels
import ModelFiles
import RecurrentLayers

/// What the first layer of a graph reads: numbers as they come, symbols and categories by their embeddings.
extension ONNXExport {
    /// Adds the graph's input, and what makes the first layer's of it.
    ///
    /// - Returns: the value that the first layer reads, `[T, B, I or E or I + ΣD]`.
    static func addInputs(
        _ input: NetworkSettings.Input, steps: ONNXGraph.Axis, batch: ONNXGraph.Axis, _ byName: [String: NamedTensor],
        to graph: inout ONNXGraph
    ) -> String {
        switch input {
        case .numeric(let channels):
            graph.input(.init("input", .float, [steps, batch, .fixed(channels)]))
            return "input"
        case .tokens:
            graph.input(.init("tokens", .int64, [steps, batch]))
            if let embedding = byName["embedding.weight"] { graph.weight(embedding) }
            graph.node("Gather", ["embedding.weight", "tokens"], ["embedded"], [("axis", .integer(0))])
            return "embedded"
        case .mixed(let numbers, let tables, let fields):
            graph.input(.init("input", .float, [steps, batch, .fixed(input.rawWidth)]))
            for table in tables.indices {
                if let weight = byName["embedding.\(table).weight"] { graph.weight(weight) }
            }
            graph.constant("last_axis", [2])
            var parts: [String] = []
            if numbers > 0 {
                graph.constant("numbers_start", [0])
                graph.constant("numbers_end", [numbers])
                graph.node("Slice", ["input", "numbers_start", "numbers_end", "last_axis"], ["numbers"])
                parts.append("numbers")
            }
            for (index, table) in fields.enumerated() {
                addField(index, column: numbers + index, table: table, to: &graph)
                parts.append("field\(index)_embedded")
            }
            graph.node("Concat", parts, ["embedded"], [("axis", .integer(2))])
            return "embedded"
        }
    }

    /// The column of a category `[T, B, 1]` → index `[T, B]` → rows of its table `[T, B, D]`.
    private static func addField(_ index: Int, column: Int, table: Int, to graph: inout ONNXGraph) {
        let name = "field\(index)"
        graph.constant("\(name)_column", [column])
        graph.node("Gather", ["input", "\(name)_column"], [name], [("axis", .integer(2))])
        graph.node("Squeeze", [name, "last_axis"], ["\(name)_flat"])
        let int64 = ONNXGraph.ElementType.int64.rawValue
        graph.node("Cast", ["\(name)_flat"], ["\(name)_index"], [("to", .integer(int64))])
        graph.node(
            "Gather", ["embedding.\(table).weight", "\(name)_index"], ["\(name)_embedded"], [("axis", .integer(0))])
    }
}
