import Kernels

extension ParameterLayout {
    /// The parameters by name, in the order of the layout.
    func tensors(_ parameters: AlignedBuffer) -> [NamedTensor] {
        entries.map { entry in
            let values = UnsafeBufferPointer(start: parameters.pointer + entry.offset, count: entry.count)
            return NamedTensor(name: entry.name, shape: entry.shape, values: Array(values))
        }
    }

    /// Fills `parameters` from tensors that may come from anywhere.
    ///
    /// - Throws: `ModelError` naming the tensor that is missing, too many, of another shape or not finite.
    func fill(_ parameters: AlignedBuffer, from tensors: [NamedTensor]) throws(ModelError) {
        var byName: [String: NamedTensor] = [:]
        for tensor in tensors { byName[tensor.name] = tensor }
        for entry in entries {
            guard let tensor = byName.removeValue(forKey: entry.name) else { throw .missingTensor(entry.name) }
            guard tensor.shape == entry.shape, tensor.values.count == entry.count else {
                throw .wrongShape(name: entry.name, expected: entry.shape, found: tensor.shape)
            }
            for (index, value) in tensor.values.enumerated() {
                guard value.isFinite else { throw .nonFinite(name: entry.name) }
                parameters.pointer[entry.offset + index] = value
            }
        }
        if let extra = byName.keys.sorted().first { throw .unexpectedTensor(extra) }
    }

    /// Fresh parameters: cells by the initialiser, the head uniform in ±1/√(D·S), an embedding standard normal (scaled
    /// by 1/√E when it is the head too); the forget gate's bias is 1 (Jozefowicz et al. 2015), other biases 0, gains of
    /// norms 1.
    func initialise(_ parameters: AlignedBuffer, settings: NetworkSettings, seed: UInt64) {
        let hidden = settings.hidden
        for (stream, entry) in entries.enumerated() {
            let random = CounterRandom(seed: seed, stream: UInt64(stream))
            let values = parameters.pointer + entry.offset
            if entry.name == "embedding.weight" {
                let scale = settings.tied ? 1 / Double(entry.shape[1]).squareRoot() : 1
                for index in 0..<entry.count { values[index] = Float(random.normal(UInt64(index)) * scale) }
            } else if entry.name.contains("weight_hh"), settings.initializer != .uniform {
                let block = hidden * settings.stateWidth
                for gate in 0..<settings.cell.gates {
                    Orthogonal.fill(
                        values + gate * block, rows: hidden, columns: settings.stateWidth, random,
                        from: UInt64(gate * block))
                }
            } else if entry.name.contains("layer_norm"), entry.name.hasSuffix(".weight") {
                for index in 0..<entry.count { values[index] = 1 }
            } else if entry.shape.count == 2 {
                let bound = 1 / Double(entry.name == "head.weight" ? settings.width : hidden).squareRoot()
                for index in 0..<entry.count { values[index] = Float((2 * random.uniform(UInt64(index)) - 1) * bound) }
            } else if entry.name.contains("bias_ih"), settings.cell == .lstm {
                for unit in 0..<hidden {
                    let lag = 1 + random.uniform(UInt64(unit)) * Double(max(settings.chronoSteps - 1, 1) - 1)
                    let bias = settings.initializer == .chrono ? Float(PortableMath.log(max(lag, 1))) : 1
                    values[hidden + unit] = bias
                    if settings.initializer == .chrono { values[unit] = -bias }
                }
            }
        }
    }
}
