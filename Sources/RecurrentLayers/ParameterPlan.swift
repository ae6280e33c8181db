import Kernels

/// How a fresh parameter is drawn.
enum InitialValues: Sendable {
    case zero, one
    /// In ±bound.
    case uniform(bound: Double)
    case normal(deviation: Double)
    /// Zero, but one for the forget gate of an LSTM of `hidden` units (Jozefowicz et al. 2015).
    case forgetGate(hidden: Int)
}

/// A layout of named parameters together with how each starts.
struct ParameterPlan: Sendable {
    private(set) var layout = ParameterLayout()
    private var initials: [InitialValues] = []

    /// Returns where the tensor starts in the flat buffer.
    mutating func add(_ name: String, _ shape: [Int], _ initial: InitialValues) -> Int {
        initials.append(initial)
        return layout.add(name, shape)
    }

    /// Stacked recurrent layers: weights uniform in ±1/√H as PyTorch, the forget gate's bias 1, other biases 0.
    ///
    /// A layer that reads fewer than H numbers starts its W_ih in ±1/√I: in ±1/√H, items of one or two numbers would
    /// hardly move the states, and a pointer network stays at guessing for thousands of steps.
    mutating func addRecurrent(_ prefix: String, _ settings: NetworkSettings) -> [[ParameterLayout.Recurrent]] {
        let offsets = layout.addRecurrent(prefix, settings)
        for entry in layout.entries[initials.count...] {
            if entry.shape.count == 2 {
                let reads = min(entry.shape[1], settings.hidden)
                initials.append(.uniform(bound: 1 / Double(reads).squareRoot()))
            } else if settings.cell == .lstm, entry.name.contains("bias_ih") {
                initials.append(.forgetGate(hidden: settings.hidden))
            } else {
                initials.append(.zero)
            }
        }
        return offsets
    }

    /// A dense layer: weight uniform in ±1/√I, bias 0.
    mutating func addDense(_ prefix: String, inputs: Int, outputs: Int, hasBias: Bool = true) -> DenseLayer {
        let weight = add("\(prefix).weight", [outputs, inputs], .uniform(bound: 1 / Double(inputs).squareRoot()))
        let bias = hasBias ? add("\(prefix).bias", [outputs], .zero) : nil
        return DenseLayer(inputs: inputs, outputs: outputs, weight: weight, bias: bias)
    }

    /// Fresh parameters, drawn from `seed` and the place of each tensor.
    func initialise(_ parameters: AlignedBuffer, seed: UInt64) {
        for (stream, (entry, initial)) in zip(layout.entries, initials).enumerated() {
            let random = CounterRandom(seed: seed, stream: UInt64(stream))
            let values = parameters.pointer + entry.offset
            for index in 0..<entry.count {
                switch initial {
                case .zero: values[index] = 0
                case .one: values[index] = 1
                case .uniform(let bound): values[index] = Float((2 * random.uniform(UInt64(index)) - 1) * bound)
                case .normal(let deviation): values[index] = Float(random.normal(UInt64(index)) * deviation)
                case .forgetGate(let hidden): values[index] = index / hidden == 1 ? 1 : 0
                }
            }
        }
    }
}
