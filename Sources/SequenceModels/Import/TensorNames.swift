import Kernels

/// Which of our parameters a tensor of a foreign file is, by what such files usually call it.
enum TensorNames {
    private static let embeddings: Set<String> = [
        "embedding", "embeddings", "embed", "emb", "encoder", "word_embeddings",
    ]
    private static let heads: Set<String> = [
        "head", "fc", "linear", "decoder", "output", "out", "classifier", "proj", "dense",
    ]

    /// A name of a PyTorch state dictionary: the last module and the parameter decide, whatever stands before them.
    ///
    /// - Returns: our name; the given one where no rule knows it.
    static func pytorch(_ name: String) -> String {
        let parts = name.split(separator: ".")
        guard let leaf = parts.last.map(String.init) else { return name }
        let module = parts.count > 1 ? parts[parts.count - 2].lowercased() : ""
        if let recurrent = recurrent(leaf) { return "rnn." + recurrent }
        if leaf == "weight" || leaf == "bias", module.hasPrefix("layer_norm_"), isLayer(module) {
            return "rnn.\(module).\(leaf)"
        }
        if leaf == "weight", embeddings.contains(module) { return "embedding.weight" }
        if leaf == "weight" || leaf == "bias", heads.contains(module) { return "head." + leaf }
        return name
    }

    /// `weight_ih_l0_reverse`; a cell's `weight_ih` is layer 0.
    private static func recurrent(_ leaf: String) -> String? {
        for kind in ["weight_ih", "weight_hh", "weight_hr", "bias_ih", "bias_hh"] where leaf.hasPrefix(kind) {
            if leaf == kind { return kind + "_l0" }
            if isLayer(leaf.dropFirst(kind.count - 2)) { return leaf }
        }
        return nil
    }

    /// Whether it ends as `weight_ih_l0` does, or `weight_ih_l0_reverse`.
    private static func isLayer(_ name: some StringProtocol) -> Bool {
        let name = name.hasSuffix("_reverse") ? String(name.dropLast("_reverse".count)) : String(name)
        let digits = name.reversed().prefix { $0.isASCII && $0.isNumber }
        return !digits.isEmpty && name.dropLast(digits.count).hasSuffix("_l")
    }

    /// Paths of Keras variables (`sequential/bidirectional/forward_lstm/lstm_cell/kernel`): layers are counted in the
    /// order of the numbers that Keras appends to their names.
    ///
    /// - Returns: by path, `rnn.kernel_l0`, `rnn.recurrent_kernel_l0_reverse`, `rnn.bias_l1`, `head.kernel`,
    ///   `head.bias`, `embedding.weight`; the path itself where no rule knows it.
    static func keras(_ paths: [String]) -> [String: String] {
        let split = paths.map { path in
            let clean = path.hasSuffix(":0") ? String(path.dropLast(2)) : path
            return (path: path, parts: clean.split { $0 == "/" || $0 == "." }.map { $0.lowercased() })
        }
        let numbers = Set(split.compactMap { layer($0.parts)?.number }).sorted()
        var result: [String: String] = [:]
        for (path, parts) in split {
            result[path] = path
            guard let leaf = parts.last else { continue }
            if leaf == "embeddings" {
                result[path] = "embedding.weight"
            } else if let layer = layer(parts), ["kernel", "recurrent_kernel", "bias"].contains(leaf) {
                result[path] =
                    "rnn.\(leaf)_l\(numbers.firstIndex(of: layer.number) ?? 0)" + (layer.isReverse ? "_reverse" : "")
            } else if leaf == "kernel" || leaf == "bias", parts.dropLast().last?.hasPrefix("dense") == true {
                result[path] = "head." + leaf
            }
        }
        return result
    }

    /// The recurrent layer that a path leads through.
    private static func layer(_ parts: [String]) -> (number: Int, isReverse: Bool)? {
        guard
            let name = parts.dropLast().first(where: { part in ["lstm", "gru", "rnn"].contains { part.contains($0) } })
        else { return nil }
        let number = name.split(separator: "_").last.flatMap { Int($0) } ?? 0
        return (number, name.hasPrefix("backward"))
    }
}
