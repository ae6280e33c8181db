import JSON
import ModelFiles
package import SequenceModels
package import Store
import System

/// Makes a version of a trained model: reserve a number, publish the files, and one transaction that finishes the job,
/// adds the version and moves the label.
///
/// Whatever the instruction it dies at, the next attempt of the job reserves the same number and publishes the same
/// bytes.
package struct Publisher: Sendable {
    let store: any JobStore & VersionStore
    let models: ModelDirectory
    /// Called with a version before the label moves to it.
    var warm: @Sendable (_ model: String, _ version: Int) -> Void = { _, _ in }

    /// Publishes what a running job of this process has trained, and finishes the job. Safe to repeat.
    ///
    /// - Throws: `FileError` and `StoreError` when it cannot be written; then the job is running still.
    package func publish(_ model: TrainedModel, of job: JobRecord, parameterCount: Int) throws -> JobRecord {
        let version = try store.reserveVersion(job.id)
        let settings = try JobSettings(text: job.settings)
        var document = ModelDocument(
            name: job.model, version: version, createdAtMs: Clock.wallMilliseconds(), jobID: job.id, model: model,
            parent: settings.from, parameterCount: parameterCount, metadata: try JSONParser.parse(job.metadata))
        document.roles = settings.roles
        document.data = job.data
        document.learned = learned(model, from: settings.from)
        // A directory that is there already is an earlier attempt's, whose transaction did not happen; another's stays.
        if try models.hasFiles(name: job.model, version: version) { try checkIsOwn(version, job) }
        let digest = try models.publish(
            name: job.model, version: version, modelJSON: document.json().bytes, tensors: model.tensors,
            metadata: try ModelExport.metadata(model.description), replacing: true)
        let sizeBytes = ServiceDirectory.sizeBytes(try models.weightsPath(name: job.model, version: version)) ?? 0
        let info = try VersionInfo(document, weightsSHA256: digest, sizeBytes: sizeBytes)
        return try finish(job, document, info, digest, model.comparisons)
    }

    /// Of a training that continues a version, together with what that has learned; nil where that is not known.
    private func learned(_ model: TrainedModel, from parent: String?) -> LearnedCases? {
        guard let parent else { return model.learned }
        guard let reference = ModelReference(parent), case .version(let version) = reference.selector,
            let bytes = try? models.loadModelJSON(name: reference.name, version: version),
            let before = try? ModelDocument(bytes: bytes).learned
        else { return nil }
        return model.learned?.union(before)
    }

    /// Files of another job, or of none, are not overwritten: the database may be older than they are.
    private func checkIsOwn(_ version: Int, _ job: JobRecord) throws {
        let found = try? ModelDocument(bytes: models.loadModelJSON(name: job.model, version: version))
        guard found?.jobID == job.id else {
            throw TrainingFailure(
                message:
                    "there are files of a version \(job.model)@\(version) that this job did not make, and that the "
                    + "database does not know: they are not overwritten")
        }
    }

    private func finish(
        _ job: JobRecord, _ document: ModelDocument, _ info: VersionInfo, _ digest: String,
        _ comparisons: [VersionComparison]
    ) throws -> JobRecord {
        // One runner publishes at a time, and a label moved by hand meanwhile only makes the comparison one version
        // old.
        let stable = try store.labels(job.model)[ModelReference.stableLabel]
        let promotion = JobRequest.Promotion(rawValue: job.promote) ?? .ifBetter
        let decision = LabelDecision(promotion, model: job.model, stable: stable, comparisons)
        var result: JSONObject = [
            "version": .integer(document.version), "weights_sha256": .string(digest), "metrics": document.metrics,
            "baselines": document.baselines, "skill": JSONValue(document.skill),
            "skill_error": JSONValue(document.skillError), "measured_on": JSONValue(document.basis),
            "verdict": .string(document.verdict),
            "promoted": .bool(decision.moves), "promotion": .string(decision.reason),
        ]
        let name = stable.map { "\(job.model)@\($0)" }
        if promotion == .ifBetter, let found = comparisons.first(where: { $0.with == name }) {
            result.append("compared", found.json)
        }
        if let parent = document.parent {
            result.append("from", .string(parent))
            if let found = comparisons.first(where: { $0.with == parent }) {
                result.append("compared_from", found.json)
            }
        }
        if decision.moves { warm(job.model, document.version) }
        return try store.finishSucceeded(
            job.id, atMs: Clock.wallMilliseconds(), version: document.version, info: info.json.text,
            result: JSONValue.object(result).text,
            metrics: nil, label: ModelReference.stableLabel, promote: { _ in decision.moves })
    }
}
