package import Kernels

/// A computation as Open Neural Network Exchange describes it (onnx.proto, IR version 8), and its file's bytes.
///
/// Field numbers are those of `ModelProto`, `GraphProto`, `NodeProto`, `AttributeProto`, `TensorProto` and
/// `ValueInfoProto`. Only writing is needed here.
package struct ONNXGraph: Sendable {
    /// An axis: of known length, or named and free.
    package enum Axis: Sendable, Equatable {
        case fixed(Int)
        case free(String)
    }

    /// `TensorProto.DataType`.
    package enum ElementType: Int, Sendable {
        case float = 1
        case int32 = 6
        case int64 = 7
    }

    /// A constant of a node, by its type in the format.
    package enum Attribute: Sendable, Equatable {
        case integer(Int)
        case integers([Int])
        case string(String)
        case strings([String])
    }

    /// A named value that goes in or comes out.
    package struct Value: Sendable, Equatable {
        /// What nodes call it; distinct within the graph.
        package var name: String
        /// Of its elements.
        package var type: ElementType
        /// Axes, outermost first; a name where an axis has no fixed length.
        package var shape: [Axis]
        /// What it means, for people; empty where the name says it.
        package var note = ""

        /// A value that goes in or comes out of the graph.
        package init(_ name: String, _ type: ElementType, _ shape: [Axis]) {
            self.name = name
            self.type = type
            self.shape = shape
        }
    }

    /// One operator; an empty input name leaves an optional input out.
    package struct Node: Sendable, Equatable {
        /// The operator's name in ONNX: `LSTM`, `Gemm`.
        package var op: String
        /// Names of values, weights and constants, in the operator's order.
        package var inputs: [String]
        /// Names of the values it makes; an empty one leaves an optional output out.
        package var outputs: [String]
        /// In the order in which they are written.
        package var attributes: [(name: String, value: Attribute)]

        package static func == (a: Node, b: Node) -> Bool {
            a.op == b.op && a.inputs == b.inputs && a.outputs == b.outputs
                && a.attributes.map(\.name) == b.attributes.map(\.name)
                && a.attributes.map(\.value) == b.attributes.map(\.value)
        }
    }

    /// What tools show as the graph's name.
    package let name: String
    /// What the graph reads.
    package private(set) var inputs: [Value] = []
    /// What the graph answers.
    package private(set) var outputs: [Value] = []
    /// In an order in which each comes after what it reads (as ONNX requires).
    package private(set) var nodes: [Node] = []
    private var weights: [NamedTensor] = []
    private var shapes: [(name: String, values: [Int])] = []
    /// What the whole computes, for people.
    package var note = ""
    /// Free text that travels with the file: settings, vocabulary.
    package var metadata: [(key: String, value: String)] = []

    /// A graph without nodes; `name` is what tools show.
    package init(name: String) { self.name = name }

    /// Appends a value that the graph reads.
    package mutating func input(_ value: Value) { inputs.append(value) }
    /// Appends a value that the graph answers.
    package mutating func output(_ value: Value) { outputs.append(value) }
    /// Appends a constant tensor, which nodes read by its name.
    package mutating func weight(_ tensor: NamedTensor) { weights.append(tensor) }
    /// A constant of 64-bit integers, as `Reshape` reads its shape.
    package mutating func constant(_ name: String, _ values: [Int]) { shapes.append((name, values)) }
    /// Appends an operator, after those whose outputs it reads.
    package mutating func node(
        _ op: String, _ inputs: [String], _ outputs: [String], _ attributes: [(name: String, value: Attribute)] = []
    ) {
        nodes.append(Node(op: op, inputs: inputs, outputs: outputs, attributes: attributes))
    }

    /// Says what an input or output means, for people.
    package mutating func describe(_ name: String, _ note: String) {
        for index in inputs.indices where inputs[index].name == name { inputs[index].note = note }
        for index in outputs.indices where outputs[index].name == name { outputs[index].note = note }
    }

    /// The file.
    ///
    /// - Parameter opset: the version of the standard operators.
    package func encoded(opset: Int = 17) -> [UInt8] {
        var model = ProtobufWriter()
        model.integer(1, 8)
        model.string(2, "rondo")
        if !note.isEmpty { model.string(6, note) }
        model.message(8) {
            $0.string(1, ""); $0.integer(2, opset)
        }
        for entry in metadata {
            model.message(14) {
                $0.string(1, entry.key); $0.string(2, entry.value)
            }
        }
        model.message(7) { graph in
            for node in nodes { graph.message(1) { Self.write(node, to: &$0) } }
            graph.string(2, name)
            for tensor in weights { graph.message(5) { Self.write(tensor, to: &$0) } }
            for shape in shapes { graph.message(5) { Self.write(shape.name, shape.values, to: &$0) } }
            for value in inputs { graph.message(11) { Self.write(value, to: &$0) } }
            for value in outputs { graph.message(12) { Self.write(value, to: &$0) } }
        }
        return model.bytes
    }

    private static func write(_ node: Node, to out: inout ProtobufWriter) {
        for name in node.inputs { out.string(1, name) }
        for name in node.outputs { out.string(2, name) }
        out.string(4, node.op)
        for attribute in node.attributes {
            out.message(5) { a in
                a.string(1, attribute.name)
                switch attribute.value {
                case .integer(let value): a.integer(3, value); a.integer(20, 2)
                case .integers(let values): for value in values { a.integer(8, value) }; a.integer(20, 7)
                case .string(let value): a.string(4, value); a.integer(20, 3)
                case .strings(let values): for value in values { a.string(9, value) }; a.integer(20, 8)
                }
            }
        }
    }

    private static func write(_ tensor: NamedTensor, to out: inout ProtobufWriter) {
        for length in tensor.shape { out.integer(1, length) }
        out.integer(2, ElementType.float.rawValue)
        out.string(8, tensor.name)
        var raw: [UInt8] = []
        raw.reserveCapacity(tensor.values.count * 4)
        for value in tensor.values { withUnsafeBytes(of: value.bitPattern.littleEndian) { raw.append(contentsOf: $0) } }
        out.data(9, raw)
    }

    private static func write(_ name: String, _ values: [Int], to out: inout ProtobufWriter) {
        out.integer(1, values.count)
        out.integer(2, ElementType.int64.rawValue)
        for value in values { out.integer(7, value) }
        out.string(8, name)
    }

    private static func write(_ value: Value, to out: inout ProtobufWriter) {
        out.string(1, value.name)
        out.message(2) { type in
            type.message(1) { tensor in
                tensor.integer(1, value.type.rawValue)
                tensor.message(2) { shape in
                    for axis in value.shape {
                        shape.message(1) { dimension in
                            switch axis {
                            case .fixed(let length): dimension.integer(1, length)
                            case .free(let name): dimension.string(2, name)
                            }
                        }
                    }
                }
            }
        }
        if !value.note.isEmpty { out.string(3, value.note) }
    }
}
