import JSON
import SequenceModels

/// What data alone does not tell, and a guess could be wrong about: numbers in quotes, and whole numbers that could be
/// classes. Who says the task, or that texts are symbols, is not asked.
enum DataDoubts {
    /// From so many examples on, values that come again so often are no accident.
    private static let examplesMin = 20, classesMax = 10, repeatsMin = 5

    /// Adds a fault for each doubt.
    static func note(_ examples: [TrainingExample], _ reader: JSONReader) {
        noteNumbersInQuotes(examples, reader)
        noteWholeTargets(examples, reader)
    }

    private static func noteNumbersInQuotes(_ examples: [TrainingExample], _ reader: JSONReader) {
        var first: String?
        for example in examples {
            guard case .symbols(let symbols) = example.input,
                symbols.allSatisfy({ (try? JSONParser.parse($0))?.asDouble != nil })
            else { return }
            first = first ?? symbols.first
        }
        guard let first else { return }
        reader.fault(
            "sequences",
            "are these numbers? \"\(first.prefix(40))\" and all others are numbers in quotes: write them without "
                + "quotes for a series of numbers, or say \"tokens\": \"symbols\" for names")
    }

    private static func noteWholeTargets(_ examples: [TrainingExample], _ reader: JSONReader) {
        guard examples.count >= examplesMin else { return }
        var values: Set<Double> = []
        for example in examples {
            guard let numbers = example.numbers, numbers.count == 1, numbers[0] == numbers[0].rounded() else { return }
            values.insert(numbers[0])
            if values.count > classesMax { return }
        }
        // Constants are told as such.
        guard values.count > 1, values.count * repeatsMin <= examples.count else { return }
        let shown = values.sorted().map { JSONValue.number($0).text }.joined(separator: ", ")
        reader.fault(
            "task",
            "are these classes, or amounts? The targets are the whole numbers \(shown): write classes as strings "
                + "(\"1\"), or say \"task\": \"regression\"")
    }
}
