package import JSON
package import SequenceModels

/// Reads training examples: bare sequences, `{"input","target"}` pairs and records of series.
package struct ExampleReader {
    private let sequences: SequenceReader

    /// - Parameters:
    ///   - numbersAreSymbols: numbers are names of symbols.
    ///   - numbersAreNeeded: texts and symbols are faults.
    ///   - faults: takes the faults.
    package init(numbersAreSymbols: Bool, numbersAreNeeded: Bool = false, faults: JSONReader) {
        sequences = SequenceReader(
            numbersAreSymbols: numbersAreSymbols, numbersAreNeeded: numbersAreNeeded, faults: faults)
    }

    private var faults: JSONReader { sequences.faults }

    /// All elements of an array of examples; those with faults are left out.
    package func examples(_ value: JSONValue, at pointer: String) -> [TrainingExample] {
        if case .numbers = value {
            faults.addFault(
                pointer, "expected an array of sequences, found one sequence; put it into another pair of brackets")
            return []
        }
        guard case .array(let elements) = value else {
            faults.addFault(pointer, "expected an array of sequences, found \(value.found)")
            return []
        }
        guard !elements.isEmpty else {
            faults.addFault(pointer, "needs at least one sequence")
            return []
        }
        var examples: [TrainingExample] = []
        examples.reserveCapacity(elements.count)
        for (index, element) in elements.enumerated() where !faults.isFull {
            if let example = example(element, at: "\(pointer)/\(index)") { examples.append(example) }
        }
        guard examples.contains(where: { $0.labels != nil }) else { return examples }
        // Among lists of labels, a list of nulls is one of labels too, not of numbers.
        for index in examples.indices {
            guard let numbers = examples[index].numbers, numbers.allSatisfy(\.isNaN) else { continue }
            examples[index].target = .labels(numbers.map { _ in nil })
        }
        return examples
    }

    /// One example, or nil after noting at least one fault.
    package func example(_ value: JSONValue, at pointer: String) -> TrainingExample? {
        guard case .object(let object) = value else {
            return sequences.read(value, at: pointer).map { TrainingExample(input: $0, label: nil) }
        }
        return object["input"] != nil ? pair(object, pointer) : record(object, pointer)
    }

    /// `{"input": sequence, "target": t}`: a label (a string), a number or several, or a label for each step.
    private func pair(_ object: JSONObject, _ pointer: String) -> TrainingExample? {
        let reader = faults.reader(of: object, at: pointer)
        let input = reader.value("input").flatMap { sequences.read($0, at: pointer + "/input") }
        let target = reader.value("target")
        reader.finish()
        guard let target else {
            faults.addFault(pointer + "/target", "a pair needs a target")
            return nil
        }
        guard let read = self.target(target, pointer + "/target") else { return nil }
        return input.map { TrainingExample(input: $0, target: read) }
    }

    /// The kind of the target decides the task: label, numbers, labels by step (null is a missing one).
    private func target(_ value: JSONValue, _ pointer: String) -> TrainingTarget? {
        switch value {
        case .string(let label): return .label(label)
        case .integer, .number: return value.asDouble.map { .numbers([$0]) }
        case .numbers(let values): return .numbers(values)
        case .array(let elements):
            guard !elements.isEmpty else {
                faults.addFault(pointer, "needs at least one label or number")
                return nil
            }
            guard let first = elements.first(where: { !$0.isNull }) else { return .numbers(elements.map { _ in .nan }) }
            guard case .string = first else {
                addFault(ofTarget: elements, pointer)
                return nil
            }
            var labels: [String?] = []
            for (step, element) in elements.enumerated() {
                guard element.isNull || element.asString != nil else {
                    faults.addFault(
                        "\(pointer)/\(step)", "expected a label (a string) or null, found \(element.found)")
                    return nil
                }
                labels.append(element.asString)
            }
            return .labels(labels)
        default: break
        }
        faults.addFault(
            pointer,
            "expected a label (a string), a number, numbers, or a list with a label for each step; "
                + "found \(value.found)"
        )
        return nil
    }

    /// A list that begins with no label: the first element that is not a number is named.
    private func addFault(ofTarget elements: [JSONValue], _ pointer: String) {
        guard let index = elements.firstIndex(where: { $0.asDouble == nil && !$0.isNull }) else { return }
        faults.addFault(
            "\(pointer)/\(index)",
            "expected a number or null, or labels (strings) alone, found \(elements[index].found)"
                + elements[index].hintForNumber(isNullFine: true))
    }

    /// The record of a series to forecast.
    private func record(_ object: JSONObject, _ pointer: String) -> TrainingExample? {
        let reader = faults.reader(of: object, at: pointer)
        let content = SeriesRecordReader(
            reader, of: .training, numbersAreSymbols: sequences.numbersAreSymbols
        ).read()
        guard let content else { return nil }
        var example = TrainingExample(input: .numeric(content.values), label: nil)
        example.record = content.record
        return example
    }
}
