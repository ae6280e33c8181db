import Kernels
import RecurrentLayers
import SequenceModels

/// Small problems whose targets are sequences of their own.
enum PairedProblem {
    /// Short words, answered backwards.
    static let reversed = (0..<60).map { index in
        let word = (0..<2 + index % 3).map { ["a", "b", "c"][(index / (1 + 2 * $0) + $0) % 3] }.joined()
        return TrainingExample(input: .text(word), target: .label(String(word.reversed())))
    }

    /// Positions of numbers in ascending order.
    static func sorted(_ count: Int, sizes: ClosedRange<Int> = 3...4, seed: UInt64 = 1) -> [TrainingExample] {
        (0..<count).map { index in
            let random = CounterRandom(seed: seed, stream: UInt64(index))
            let size = sizes.lowerBound + Int(random.bits(999) % UInt64(sizes.count))
            let values = (0..<size).map { random.uniform(UInt64($0)) }
            let order = values.indices.sorted { values[$0] < values[$1] }
            return TrainingExample(
                input: .numeric(NumericSeries(values: values)), target: .numbers(order.map { Double($0) }))
        }
    }

    /// Frames of two features, answered with symbols.
    static let frames = (0..<40).map { index -> TrainingExample in
        let names = (0..<1 + index % 3).map { (index + $0) % 2 == 0 ? "up" : "down" }
        let values = names.flatMap { name in (0..<3).flatMap { [name == "up" ? 1.0 : -1.0, Double($0)] } }
        return TrainingExample(input: .numeric(NumericSeries(values: values, channels: 2)), target: .labels(names))
    }

    static func request(_ task: TaskKind, epochs: Int = 3, hidden: Int = 8) -> SettingsRequest {
        var request = SmallProblem.request(epochs: epochs, batch: 20, hidden: hidden)
        request.task = task
        return request
    }

    static let all: [(name: String, task: TaskKind, examples: [TrainingExample])] = [
        ("reversed", .sequenceToSequence, reversed), ("frames", .sequenceToSequence, frames),
        ("sorted", .pointer, sorted(40)),
    ]
}

func answer(_ model: SequenceModel, _ sequence: SequenceValue, _ set: (inout PredictionRequest) -> Void = { _ in })
    throws -> any Prediction
{
    var request = PredictionRequest()
    request.sequence = sequence
    set(&request)
    return try model.predict(request)
}
