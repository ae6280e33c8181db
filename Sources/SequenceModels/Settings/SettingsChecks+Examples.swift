extension SettingsChecks {
    /// Every example must be of the first one's kind, with as many channels, labelled or not; numbers must be finite or
    /// missing.
    mutating func examples(
        _ examples: [TrainingExample], task: TaskKind, under root: String, like first: TrainingExample?
    ) {
        guard let first else { return }
        let described = task.task
        let before = faults.count
        for (index, example) in examples.enumerated() where faults.count - before < ModelLimits.faultsMax {
            let pointer = "\(root)/\(index)"
            let input = described.isSupervised ? pointer + "/input" : pointer
            if let record = example.record, !record.isEmpty, !described.parts.contains(.forecast) {
                fault(
                    pointer + record.firstPlace,
                    "a \(task.rawValue) learns nothing from it: names, times and covariates belong to a forecast")
            }
            described.checkTarget(example, like: first, pointer, &self)
            switch (first.input, example.input) {
            case (.numeric(let a), .numeric(let b)):
                if a.channels != b.channels {
                    fault(input, "\(b.channels) channels, the first sequence has \(a.channels)")
                }
                if b.channels > ModelLimits.channelsMax {
                    fault(input, "\(b.channels) channels, at most \(ModelLimits.channelsMax)")
                }
                if let bad = b.values.firstIndex(where: { $0.magnitude > ModelLimits.valueMax }) {
                    fault("\(input)/\(bad / b.channels)", "magnitude above \(ModelLimits.valueMax)")
                }
            case (.text, .text), (.symbols, .symbols): break
            default: fault(input, "this sequence is of another kind than the first")
            }
        }
    }

    /// The target of a paired task: of the kind of the first one, not empty, and no longer than can be learned.
    /// - Parameters: number: what a number of a target is. - numbers: what a list of them is made of.
    mutating func pair(
        _ example: TrainingExample, like first: TrainingExample, number: String, numbers: String, _ root: String
    ) {
        let pointer = root + "/target"
        guard let target = example.target else { return fault(root, "a pair of input and target is needed") }
        let count: Int
        switch (first.target, target) {
        case (.label, .label(let text)): count = text.utf8.count
        case (.labels, .labels(let symbols)):
            count = symbols.count
            if let missing = symbols.firstIndex(of: nil) { fault("\(pointer)/\(missing)", "null is not a symbol") }
        case (.numbers, .numbers(let numbers)):
            count = numbers.count
            if let bad = numbers.firstIndex(where: { $0.isNaN }) {
                fault("\(pointer)/\(bad)", "null is no \(number)")
            }
        case (.label, _): return fault(pointer, "a text is needed, as in the first pair")
        case (.labels, _): return fault(pointer, "a list of symbols is needed, as in the first pair")
        case (_, _):
            return fault(
                pointer, "a list of \(numbers) is needed, as in the first pair")
        }
        if count == 0 { fault(pointer, "the target is empty: at least one token is needed") }
    }

    /// A target must be of the kind of the first one; numbers as many, and not too large.
    mutating func target(_ target: TrainingTarget?, like first: TrainingTarget?, _ pointer: String) {
        switch (first, target) {
        case (nil, nil), (.label, .label), (.labels, .labels): break
        case (.numbers(let wanted), .numbers(let found)):
            if found.count != wanted.count {
                fault(pointer, "\(found.count) numbers, the first sequence has \(wanted.count)")
            }
            if found.isEmpty { fault(pointer, "at least one number is needed") }
            if found.count > ModelLimits.channelsMax {
                fault(pointer, "\(found.count) numbers, at most \(ModelLimits.channelsMax)")
            }
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
