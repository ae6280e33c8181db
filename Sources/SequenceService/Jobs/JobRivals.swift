import JSON
import Kernels
import ModelFiles
import SequenceModels
import Store
import System

/// The versions that a job's model is compared with: the one that `stable` names, where the label is to move only to a
/// better one, and the one that the training continues.
struct JobRivals {
    let services: JobServices
    let job: JobRecord
    let settings: JobSettings
    /// As the training has it.
    let parent: ParentModel?
    let pool: ComputePool

    /// `airline@3`; that of the label first. The label may move while the job runs.
    func names() throws -> [String] {
        var names: [String] = []
        if JobRequest.Promotion(rawValue: job.promote) == .ifBetter,
            let stable = try services.store.labels(job.model)[ModelReference.stableLabel]
        {
            names.append("\(job.model)@\(stable)")
        }
        if let parent, !names.contains(parent.name) { names.append(parent.name) }
        return names
    }

    /// Reads the data once more, and measures the versions on what the training held back.
    func compare(_ model: TrainedModel, _ budget: (Double) -> EvaluationBudget) -> [VersionComparison] {
        let names: [String], comparer: VersionComparer
        do {
            names = try self.names()
            let data = try services.data.load(job.data, tokens: settings.requested.tokens)
            comparer = VersionComparer(model, examples: data.examples, validation: data.validation, pool: pool)
        } catch {
            return ((try? self.names()) ?? []).map {
                VersionComparison(with: $0, .unknown, "the data of the training could not be read again: \(error)")
            }
        }
        return names.enumerated().map { index, name in
            do {
                return comparer.compare(try rival(name), budget(1 / Double(names.count - index)))
            } catch ServiceError.damaged(let detail) {
                return VersionComparison(with: name, .unreadable, "\(name) cannot be read: \(detail)")
            } catch FileError.damaged, FileError.notFound {
                return VersionComparison(
                    with: name, .unreadable, "\(name) cannot be read: its files are damaged or gone")
            } catch {
                return VersionComparison(with: name, .unknown, "\(name) could not be read: \(error)")
            }
        }
    }

    private func rival(_ name: String) throws -> VersionComparer.Rival {
        guard let reference = ModelReference(name), case .version(let version) = reference.selector else {
            throw ServiceError.damaged("\(name) is not a version")
        }
        if let parent, parent.name == name {
            // Its files may be gone: the job has a copy of what it continues.
            let bytes = try? services.models.loadModelJSON(name: reference.name, version: version)
            let document = try bytes.map { try ModelDocument(bytes: $0) }
            return VersionComparer.Rival(parent, learned: document?.learned, recorded: document.flatMap(recorded))
        }
        let stored = try StoredModel.read(services.models, name: reference.name, version: version)
        let model = ParentModel(name: name, description: stored.document.description, tensors: stored.tensors)
        return VersionComparer.Rival(model, learned: stored.document.learned, recorded: recorded(stored.document))
    }

    /// What a version was measured with, where it was trained on the data of this job.
    private func recorded(_ document: ModelDocument) -> (metrics: [String: Double], basis: String)? {
        guard document.data == job.data, let basis = document.basis, let members = document.metrics.object else {
            return nil
        }
        var metrics: [String: Double] = [:]
        for (name, value) in members.members { metrics[name] = value.asDouble }
        return (metrics, basis)
    }
}
