import Kernels
import RecurrentLayers

/// The tensors of a foreign file under our names and in our layout, and what they show of the network.
struct ImportedTensors {
    private(set) var byName: [String: NamedTensor] = [:]
    /// Our names → those in the file.
    private var sources: [String: String] = [:]
    /// Whether a GRU among them resets its state before the recurrent product, as one of Keras may show.
    private(set) var resetsBefore = false

    /// - Throws: faults for names that are not in the file, and for two tensors that mean the same parameter.
    init(_ tensors: [NamedTensor], unread: [UnreadTensor], request: ImportRequest) throws(Faults) {
        var faults: [Fault] = []
        let known = Set(tensors.map(\.name) + unread.map(\.name))
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
        for tensor in unread where request.names[tensor.name] != .some(.none) { faults.append(tensor.fault) }
        if !faults.isEmpty { throw Faults(list: Array(faults.prefix(ModelLimits.faultsMax))) }
        if request.gateOrder == .keras {
            let keras = KerasTensors(renamed, gruReset: request.network.gruReset)
            renamed = try keras.converted(renamed)
            resetsBefore = keras.gruReset == .before
        }
        for tensor in renamed { byName[tensor.name] = tensor }
    }

    private func shape(_ name: String) -> [Int] { byName[name]?.shape ?? [] }

    /// P of a projected LSTM, from `[P, H]`.
    var projection: Int? { shape("rnn.weight_hr_l0").count == 2 ? shape("rnn.weight_hr_l0")[0] : nil }
    /// H, from `[G·H, H]`, or from `[P, H]` of a projected LSTM.
    var hidden: Int? {
        let recurrent = shape("rnn.weight_hh_l0")
        return recurrent.count == 2 ? projection == nil ? recurrent[1] : shape("rnn.weight_hr_l0")[1] : nil
    }
    var cell: CellKind? { hidden.flatMap { NetworkSettings.cell(rows: shape("rnn.weight_hh_l0")[0], hidden: $0) } }
    var layers: Int {
        (0...ModelLimits.layersMax).first { byName["rnn.weight_hh_l\($0)"] == nil } ?? ModelLimits.layersMax + 1
    }
    /// Whether its cells normalise their products, as only ours do.
    var isNormalized: Bool { byName["rnn.layer_norm_ih_l0.weight"] != nil }
    var isBidirectional: Bool { byName["rnn.weight_hh_l0_reverse"] != nil }
    /// I or E.
    var inputWidth: Int? { shape("rnn.weight_ih_l0").last }
    /// `[V, E]`.
    var embedding: [Int]? { shape("embedding.weight").count == 2 ? shape("embedding.weight") : nil }
    /// O.
    var outputs: Int? { shape("head.bias").first ?? shape("head.weight").first }
    var hasHead: Bool { byName["head.weight"] != nil }

    /// The tensors of `network`, in its order.
    ///
    /// A `head.weight` beside tied weights is left out when it is the embedding.
    /// - Throws: a fault for each tensor that is missing, too many, of another shape or not finite.
    mutating func take(for network: NetworkSettings) throws(Faults) -> [NamedTensor] {
        addZeroBiases(for: network)
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
                faults.append(ImportFaults.tensor(name, "\(source)value \(bad) is not finite as a 32-bit number"))
            }
            result.append(tensor)
        }
        let expected = network.tensorShapes.map(\.name)
        for name in byName.keys.sorted() where !expected.contains(name) {
            faults.append(
                ImportFaults.tensor(
                    name,
                    "it is not a part of this network, whose tensors are \(Self.list(Set(expected))); say in names "
                        + "which it is, or leave it out: \(ImportFaults.leavingOut(sources[name] ?? name))"
                ))
        }
        if !faults.isEmpty { throw Faults(list: Array(faults.prefix(ModelLimits.faultsMax))) }
        return result
    }

    /// A network without a bias is the one whose biases are zero: PyTorch's `bias=False` leaves out those of all
    /// layers, or of the head. One that lacks only some has lost them.
    private mutating func addZeroBiases(for network: NetworkSettings) {
        let biases = network.tensorShapes.filter { $0.name.hasPrefix("rnn.bias_") }
        let isPartial = biases.contains { byName[$0.name] != nil }
        let head = network.tied ? "embedding.weight" : "head.weight"
        for (name, shape) in network.tensorShapes where byName[name] == nil {
            let isZero = name == "head.bias" ? byName[head] != nil : name.hasPrefix("rnn.bias_") && !isPartial
            guard isZero else { continue }
            byName[name] = NamedTensor(
                name: name, shape: shape, values: [Float](repeating: 0, count: shape.reduce(1, *)))
        }
    }

    /// At most eight names.
    static func list(_ names: Set<String>) -> String {
        let shown = names.sorted().prefix(8).map { "'\($0)'" }.joined(separator: ", ")
        return names.isEmpty ? "none" : shown + (names.count > 8 ? " and \(names.count - 8) more" : "")
    }
}
