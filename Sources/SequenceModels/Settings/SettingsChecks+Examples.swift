extension SettingsChecks {
    /// Every example must be of the first one's kind, with as many channels, labelled or not; numbers must be finite or missing.
    mutating func examples(_ examples: [TrainingExample], task: TaskKind, under root: String, like first: TrainingExample?) {
        guard let first else { return }
        let before = faults.count
        for (index, example) in examples.enumerated() where faults.count - before < ModelLimits.faultsMax {
            let pointer = "\(root)/\(index)"
            let input = task.isSupervised ? pointer + "/input" : pointer
            target(example.target, like: first.target, pointer + "/target")
            switch (first.input, example.input) {
            case (.numeric(let a), .numeric(let b)):
                if a.channels != b.channels { fault(input, "\(b.channels) channels, the first sequence has \(a.channels)") }
                if b.channels > ModelLimits.channelsMax { fault(input, "\(b.channels) channels, at most \(ModelLimits.channelsMax)") }
                if let bad = b.values.firstIndex(where: { $0.magnitude > ModelLimits.valueMax }) {
                    fault("\(input)/\(bad / b.channels)", "magnitude above \(ModelLimits.valueMax)")
                }
            case (.text, .text), (.symbols, .symbols): break
            default: fault(input, "this sequence is of another kind than the first")
            }
        }
    }

    /// A target must be of the kind of the first one; numbers as many, and not too large.
    private mutating func target(_ target: TrainingTarget?, like first: TrainingTarget?, _ pointer: String) {
        switch (first, target) {
        case (nil, nil), (.label, .label), (.labels, .labels): break
        case (.numbers(let wanted), .numbers(let found)):
            if found.count != wanted.count { fault(pointer, "\(found.count) numbers, the first sequence has \(wanted.count)") }
            if found.isEmpty { fault(pointer, "at least one number is needed") }
            if found.count > ModelLimits.channelsMax { fault(pointer, "\(found.count) numbers, at most \(ModelLimits.channelsMax)") }
            if let bad = found.firstIndex(where: { $0.magnitude > ModelLimits.valueMax }) {
                fault(found.count == 1 ? pointer : "\(pointer)/\(bad)", "magnitude above \(ModelLimits.valueMax)")
            }
        case (.label, _): fault(pointer, "a label is needed, as in the first sequence")
        case (.numbers, _): fault(pointer, "a number is needed, as in the first sequence")
        case (.labels, _): fault(pointer, "a list of labels is needed, as in the first sequence")
        case (nil, _): fault(pointer, "the first sequence has no label")
        }
    }
}
