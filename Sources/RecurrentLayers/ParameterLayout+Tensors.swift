import Kernels

extension ParameterLayout {
    /// The parameters by name, in the order of the layout.
    func tensors(_ parameters: AlignedBuffer) -> [NamedTensor] {
        entries.map { entry in
            NamedTensor(
                name: entry.name, shape: entry.shape,
                values: parameters.vector(from: entry.offset, count: entry.count).array)
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
            guard tensor.values.allSatisfy(\.isFinite) else { throw .nonFinite(name: entry.name) }
            parameters.vector(from: entry.offset, count: entry.count).assign(tensor.values)
        }
        if let extra = byName.keys.sorted().first { throw .unexpectedTensor(extra) }
    }
}
