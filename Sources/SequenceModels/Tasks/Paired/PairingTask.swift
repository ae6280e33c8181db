import Kernels
import RecurrentLayers

/// A task whose examples are pairs of input and answer, each a sequence of a length of its own.
protocol PairingTask: SequenceTask {
    associatedtype Target: PairedTarget
}

extension PairingTask {
    var kind: TaskKind { Target.task }
    var isPaired: Bool { true }
    /// Its targets may mean another task: only the request can say.
    func isMeant(by first: TrainingExample) -> Bool { false }
    var examplesInWords: String { "pairs of sequences" }
    var losses: [LossKind] { [.crossEntropy] }

    /// Held as it is: float32, on one thread.
    func predictor(description: ModelDescription, tensors: [NamedTensor], serving: Serving) throws(ModelError)
        -> any TaskPredictor
    {
        try PairedPredictor<Target>(description: description, tensors: tensors)
    }
}
