import Kernels
import RecurrentLayers

/// The tensors of a foreign file under our names and in our layout, and what they show of the network.
struct ImportedTensors {
    private(set) var byName: [String: NamedTensor] = [:]
    /// Our names → those in the file.
    private var sources: [String: String] = [:]

    /// - Throws: faults for names that are not in the file, and for two tensors that mean the same parameter.
    init(_ tensors: [NamedTensor], request: ImportRequest) throws(Faults) {
        var faults: [Fault] = []
        let known = Set(tensors.map(\.name))
        for name in request.names.keys.sorted() where !known.contains(name) {
            faults.append(
                Fault(
                    pointer: "/names/" + Fault.escaped(name),
                    detail: "the file has no tensor '\(name)'; it has \(Self.list(known))"))
        }
        let keras = request.gateOrder == .keras ? TensorNames.keras(tensors.map(\.name)) : [:]
        var renamed: [NamedTensor] = []
        for tensor in tensors {
            let given = request.names[tensor.name]
            if case .some(.none) = given { continue }
            let name = (given ?? nil) ?? keras[tensor.name] ?? TensorNames.pytorch(tensor.name)
            if let other = sources.updateValue(tensor.name, forKey: name) {
                faults.append(
                    ImportFaults.tensor(
                        tensor.name, "it would be '\(name)', as '\(other)' is; say which is meant in names"))
            }
            renamed.append(NamedTensor(name: name, shape: tensor.shape, values: tensor.values))
        }
        if !faults.isEmpty { throw Faults(list: Array(faults.prefix(ModelLimits.faultsMax))) }
        if request.gateOrder == .keras { renamed = try KerasTensors.converted(renamed) }
        for tensor in renamed { byName[tensor.name] = tensor }
    }

    private func shape(_ name: String) -> [Int] { byName[name]?.shape ?? [] }

    /// H, from `[G·H, H]`.
    var hidden: Int? { shape("rnn.weight_hh_l0").count == 2 ? shape("rnn.weight_hh_l0")[1] : nil }
    var cell: CellKind? { hidden.flatMap { NetworkSettings.cell(rows: shape("rnn.weight_hh_l0")[0], hidden: $0) } }
    var layers: Int {
        (0...ModelLimits.layersMax).first { byName["rnn.weight_hh_l\($0)"] == nil } ?? ModelLimits.layersMax + 1
    }
    var isBidirectional: Bool { byName["rnn.weight_hh_l0_reverse"] != nil }
    /// I or E.
    var inputWidth: Int? { shape("rnn.weight_ih_l0").last }
    /// `[V, E]`.
    var embedding: [Int]? { shape("embedding.weight").count == 2 ? shape("embedding.weight") : nil }
    /// O.
    var outputs: Int? { shape("head.bias").first }
    var hasHead: Bool { byName["head.weight"] != nil }

    /// The tensors of `network`, in its order.
    ///
    /// A `head.weight` beside tied weights is left out when it is the embedding.
    /// - Throws: a fault for each tensor that is missing, too many, of another shape or not finite.
    mutating func take(for network: NetworkSettings) throws(Faults) -> [NamedTensor] {
        if network.tied, let head = byName["head.weight"], head.values == byName["embedding.weight"]?.values {
            byName["head.weight"] = nil
        }
        var faults: [Fault] = []
        var result: [NamedTensor] = []
        for (name, shape) in network.tensorShapes {
            guard let tensor = byName[name] else {
                faults.append(ImportFaults.tensor(name, "it is missing; its shape would be \(shape)"))
                continue
            }
            let source = sources[name].map { $0 == name ? "" : "in the file it is '\($0)'; " } ?? ""
            if tensor.shape != shape {
                faults.append(ImportFaults.tensor(name, "\(source)the shape is \(tensor.shape), expected \(shape)"))
            } else if let bad = tensor.values.firstIndex(where: { !$0.isFinite }) {
                faults.append(ImportFaults.tensor(name, "\(source)value \(bad) is not finite"))
            }
            result.append(tensor)
        }
        let expected = network.tensorShapes.map(\.name)
        for name in byName.keys.sorted() where !expected.contains(name) {
            faults.append(
                ImportFaults.tensor(
                    name,
                    "it is not a part of this network, whose tensors are \(Self.list(Set(expected))); say in names "
                        + "which "
                        + "it is, or null to leave it out"
                ))
        }
        if !faults.isEmpty { throw Faults(list: Array(faults.prefix(ModelLimits.faultsMax))) }
        return result
    }

    /// At most eight names.
    static func list(_ names: Set<String>) -> String {
        let shown = names.sorted().prefix(8).map { "'\($0)'" }.joined(separator: ", ")
        return names.isEmpty ? "none" : shown + (names.count > 8 ? " and \(names.count - 8) more" : "")
    }
}
