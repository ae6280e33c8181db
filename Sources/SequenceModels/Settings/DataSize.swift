/// What the data of a training take in memory, roughly: the request's text, its JSON, the sequences, and what the task
/// makes of them (scaled values, tokens), as measured by `Benchmarks/Memory`.
enum DataSize {
    private static let bytesPerNumber = 60
    private static let bytesPerCharacter = 14
    private static let bytesPerSymbol = 64

    static func bytes(_ examples: [TrainingExample]) -> Int {
        examples.reduce(0) { sum, example in
            sum + bytes(example.input) + bytes(example.target)
                + bytes(example.record)
        }
    }

    private static func bytes(_ record: SeriesRecord?) -> Int {
        guard let record else { return 0 }
        let stamps = if case .stamps(let stamps)? = record.times { stamps.count * bytesPerSymbol } else { 0 }
        return (record.future + record.past).reduce(stamps) { sum, covariate in
            switch covariate.values {
            case .numbers(let values): sum + values.count * bytesPerNumber
            case .categories(let values): sum + values.count * bytesPerSymbol
            }
        }
    }

    private static func bytes(_ value: SequenceValue) -> Int {
        switch value {
        case .numeric(let series): series.values.count * bytesPerNumber
        case .text(let text): text.utf8.count * bytesPerCharacter
        case .symbols(let symbols): symbols.count * bytesPerSymbol
        }
    }

    private static func bytes(_ target: TrainingTarget?) -> Int {
        switch target {
        case .numbers(let numbers): numbers.count * bytesPerNumber
        case .labels(let labels): labels.count * bytesPerSymbol
        default: bytesPerSymbol
        }
    }
}
