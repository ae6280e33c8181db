import Kernels

/// How a fresh parameter is drawn.
enum InitialValues: Sendable {
    case zero, one
    /// In ±bound.
    case uniform(bound: Double)
    case normal(deviation: Double)
    /// Blocks of `[rows, columns]` one below the other, each with orthonormal rows (or columns, where there are fewer):
    /// W_hh by gate (Saxe, McClelland & Ganguli 2014).
    case orthogonal(rows: Int, columns: Int)
    /// b_ih of a cell of `hidden` units; with `chronoSteps` each unit is prepared for a lag between 1 and that (Tallec
    /// & Ollivier 2018).
    case cellBias(CellKind, hidden: Int, chronoSteps: Int?)

    /// Fills `values` with the draw of `random`.
    func fill(_ values: Vector, _ random: CounterRandom) {
        switch self {
        case .zero: values.zero()
        case .one: for index in 0..<values.count { values[index] = 1 }
        case .uniform(let bound):
            for index in 0..<values.count { values[index] = Float((2 * random.uniform(UInt64(index)) - 1) * bound) }
        case .normal(let deviation):
            for index in 0..<values.count { values[index] = Float(random.normal(UInt64(index)) * deviation) }
        case .orthogonal(let rows, let columns):
            let block = rows * columns
            for start in Swift.stride(from: 0, to: values.count, by: block) {
                let part = values.elements(from: start, count: block).matrix(rows: rows, columns: columns)
                Orthogonal.fill(part, random, from: UInt64(start))
            }
        case .cellBias(let cell, let hidden, let chronoSteps):
            for index in 0..<values.count {
                let (gate, unit) = (index / hidden, index % hidden)
                let chrono = chronoSteps.flatMap { steps in
                    let lag = 1 + random.uniform(UInt64(unit)) * Double(max(steps - 1, 1) - 1)
                    return cell.type.chronoBias(gate: gate, lag: lag)
                }
                values[index] = chrono ?? cell.type.initialBias(gate: gate)
            }
        }
    }
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

    /// Stacked recurrent layers as PyTorch starts them: weights uniform in ±1/√H, or W_hh as the settings'
    /// `initializer` says; biases as the cell has them, gains of norms 1.
    ///
    /// - Parameter widensInputs: a layer that reads fewer than H numbers starts its W_ih in ±1/√I: in ±1/√H, items of
    ///   one or two numbers would hardly move the states, and a pointer network stays at guessing for thousands of
    ///   steps.
    mutating func addRecurrent(_ prefix: String, _ settings: NetworkSettings, widensInputs: Bool = true)
        -> [[ParameterLayout.Recurrent]]
    {
        let offsets = layout.addRecurrent(prefix, settings)
        let chronoSteps = settings.initializer == .chrono ? settings.chronoSteps : nil
        for entry in layout.entries[initials.count...] {
            if entry.name.contains("weight_hh"), settings.initializer != .uniform {
                initials.append(.orthogonal(rows: settings.hidden, columns: settings.stateWidth))
            } else if entry.shape.count == 2 {
                let reads = widensInputs ? min(entry.shape[1], settings.hidden) : settings.hidden
                initials.append(.uniform(bound: 1 / Double(reads).squareRoot()))
            } else if entry.name.contains("bias_ih") {
                initials.append(.cellBias(settings.cell, hidden: settings.hidden, chronoSteps: chronoSteps))
            } else {
                initials.append(entry.name.hasSuffix(".weight") ? .one : .zero)
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

    /// Fresh parameters: a stream of random numbers for each tensor.
    func initialise(_ parameters: AlignedBuffer, seed: UInt64) {
        for (stream, (entry, initial)) in zip(layout.entries, initials).enumerated() {
            initial.fill(
                parameters.vector(from: entry.offset, count: entry.count),
                CounterRandom(seed: seed, stream: UInt64(stream)))
        }
    }
}
