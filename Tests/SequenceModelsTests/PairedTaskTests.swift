import Foundation
import Kernels
import RecurrentLayers
import SequenceModels
import Testing

/// What the trainer and the files promise holds for tasks with other networks too.
@Suite struct PairedTaskTests {
    @Test(arguments: PairedProblem.all.indices)
    func resumesFromEveryCheckpointWithTheSameBytes(index: Int) throws {
        let problem = PairedProblem.all[index]
        var request = PairedProblem.request(problem.task)
        request.training.checkpointSeconds = 0.5  // every step
        request.network.dropout = 0.2
        if problem.task == .sequenceToSequence { request.training.scheduledSampling = 0.5 }
        let observer = RecordingObserver()
        let whole = try train(request, problem.examples, observer: observer)
        #expect(observer.checkpoints.count >= 5)
        for checkpoint in observer.checkpoints {
            let resumed = try train(request, problem.examples, resume: checkpoint)
            #expect(resumed.tensors == whole.tensors && resumed.metrics == whole.metrics, "\(problem.name)")
        }
        #expect(try train(request, problem.examples, threads: 3).tensors == whole.tensors)
    }

    @Test(arguments: PairedProblem.all.indices)
    func descriptionsSurviveTheirFile(index: Int) throws {
        let problem = PairedProblem.all[index]
        let description = try train(PairedProblem.request(problem.task, epochs: 1), problem.examples).description
        let bytes = try JSONEncoder().encode(description)
        #expect(try JSONDecoder().decode(ModelDescription.self, from: bytes) == description)
    }

    /// A network of another kind, or a vocabulary that is missing, is refused before it can trap.
    @Test func foreignDescriptionsAreRefused() throws {
        let translated = try train(PairedProblem.request(.sequenceToSequence, epochs: 1), PairedProblem.reversed)
        let pointed = try train(PairedProblem.request(.pointer, epochs: 1), PairedProblem.sorted(10))
        var crossed = translated.description
        crossed.network = pointed.description.network
        #expect(throws: ModelError.unfitDescription(member: "network")) {
            _ = try SequenceModel(description: crossed, tensors: translated.tensors)
        }
        var mute = translated.description
        mute.targetVocabulary = nil
        #expect(throws: ModelError.unfitDescription(member: "target_vocabulary")) {
            _ = try SequenceModel(description: mute, tensors: translated.tensors)
        }
        var endless = pointed.description
        endless.pairs = nil
        #expect(throws: ModelError.self) { _ = try SequenceModel(description: endless, tensors: pointed.tensors) }
    }
}
