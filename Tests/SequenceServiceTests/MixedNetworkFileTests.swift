import Kernels
import ModelFiles
import RecurrentLayers
import SequenceService
import Testing

/// The files of a network that reads numbers and categories: its graph (`Tests/Interchange` runs graphs of trained
/// models), and its weights.
@Suite struct MixedNetworkFileTests {
    private static func settings(numbers: Int) -> NetworkSettings {
        NetworkSettings(
            input: .mixed(
                numbers: numbers, tables: [EmbeddingTable(rows: 5, width: 3), EmbeddingTable(rows: 4, width: 2)],
                fields: [1, 0, 1]),
            hidden: 6, outputs: 2)
    }

    private func graph(_ settings: NetworkSettings) throws -> ONNXGraph {
        let network = RecurrentNetwork(settings: settings, seed: 3)
        return try ONNXExport.graph(settings: settings, tensors: network.tensors(), name: "m")
    }

    @Test func categoriesAreLookedUpAndJoined() throws {
        let graph = try graph(Self.settings(numbers: 2))
        #expect(graph.inputs.first == .init("input", .float, [.free("T"), .free("B"), .fixed(5)]))
        let ends = try #require(graph.nodes.firstIndex { $0.op == "Concat" })
        #expect(
            graph.nodes[...ends].map(\.op)
                == ["Slice"] + (0..<3).flatMap { _ in ["Gather", "Squeeze", "Cast", "Gather"] } + ["Concat"])
        #expect(
            graph.nodes[ends].inputs == ["numbers", "field0_embedded", "field1_embedded", "field2_embedded"])
        let tables = graph.nodes[...ends].filter { $0.inputs.contains { $0.hasPrefix("embedding.") } }
        #expect(
            tables.map { $0.inputs[0] } == ["embedding.1.weight", "embedding.0.weight", "embedding.1.weight"])
        #expect(graph.nodes[ends + 1].op == "LSTM" && graph.nodes[ends + 1].inputs[0] == graph.nodes[ends].outputs[0])
    }

    @Test func categoriesAloneNeedNoNumbers() throws {
        let graph = try graph(Self.settings(numbers: 0))
        #expect(graph.inputs.first == .init("input", .float, [.free("T"), .free("B"), .fixed(3)]))
        #expect(!graph.nodes.contains { $0.op == "Slice" })
    }

    @Test func weightsComeBack() throws {
        let settings = Self.settings(numbers: 2)
        let tensors = RecurrentNetwork(settings: settings, seed: 3).tensors()
        let read = try SafeTensors.decode(SafeTensors.encode(tensors)).tensors
        #expect(try RecurrentNetwork(settings: settings, tensors: read).tensors() == tensors)
        let transformer = TransformerSettings(
            input: settings.input, shape: TransformerShape(layers: 1, width: 8, heads: 2, feedForward: 8),
            causal: true, outputs: 2)
        let blocks = TransformerNetwork(settings: transformer, seed: 3).tensors()
        let readBlocks = try SafeTensors.decode(SafeTensors.encode(blocks)).tensors
        #expect(try TransformerNetwork(settings: transformer, tensors: readBlocks).tensors() == blocks)
    }

    /// What a node reads is an input, a weight, a constant, or made by a node before it.
    @Test func everythingReadIsThere() throws {
        for numbers in [0, 2] {
            let settings = Self.settings(numbers: numbers)
            let graph = try graph(settings)
            let file = String(decoding: graph.encoded(), as: UTF8.self)
            var known = Set(graph.inputs.map(\.name))
            for node in graph.nodes {
                for name in node.inputs where !known.contains(name) {
                    // Weights and constants are in the file under their names, beside the nodes that read them.
                    let readers = graph.nodes.reduce(0) { $0 + $1.inputs.count { $0 == name } }
                    #expect(
                        file.split(separator: name, omittingEmptySubsequences: false).count > readers + 1, "\(name)")
                }
                known.formUnion(node.outputs)
            }
        }
    }
}
