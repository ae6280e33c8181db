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

    /// Fresh parameters: uniform in ±1/√H for cells, as PyTorch; ±1/√(D·H) for the head; standard normal for an
    /// embedding; the forget gate's bias is 1 (Jozefowicz et al. 2015), other biases 0.
    func initialise(_ parameters: AlignedBuffer, settings: NetworkSettings, seed: UInt64) {
        for (stream, entry) in entries.enumerated() {
            let random = CounterRandom(seed: seed, stream: UInt64(stream))
            let values = parameters.pointer + entry.offset
            if entry.name == "embedding.weight" {
                for index in 0..<entry.count { values[index] = Float(random.normal(UInt64(index))) }
            } else if entry.shape.count == 2 {
                let width = entry.name == "head.weight" ? settings.width : settings.hidden
                let bound = 1 / Double(width).squareRoot()
                for index in 0..<entry.count { values[index] = Float((2 * random.uniform(UInt64(index)) - 1) * bound) }
            } else {
                for index in 0..<entry.count { values[index] = 0 }
                guard settings.cell == .lstm, entry.name.contains("bias_ih") else { continue }
                for unit in settings.hidden..<2 * settings.hidden { values[unit] = 1 }
            }
        }
    }
}
