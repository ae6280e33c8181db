import ModelFiles
import Store
import System

// What unfinished jobs need to end as they would have.

extension StoreCheck {
    mutating func checkJobs(_ rows: StoreSnapshot) throws {
        for job in try rows.unfinishedJobs() {
            counts.unfinishedJobs += 1
            let before = findings.count
            checkData(job)
            checkParent(job)
            checkCheckpoints(job)
            // Finished meanwhile: then nobody needs any of it.
            if findings.count > before, !isAlone, try rows.job(job.id)?.status.isFinal != false {
                findings.removeSubrange(before...)
            }
        }
    }

    private mutating func checkData(_ job: JobRecord) {
        do throws(FileError) {
            _ = try DataFiles(root: place.data).get(job.data)
            counts.dataFiles += 1
        } catch {
            add(
                .dataDamaged, job.id, "its training data: \(text(error))",
                .byHand(
                    "put data/\(job.data) back from a backup, or rondo jobs cancel \(job.id) and train again"
                ))
        }
    }

    private mutating func checkParent(_ job: JobRecord) {
        guard let name = (try? JobSettings(text: job.settings))?.from else { return }
        do {
            _ = try checkpoints.loadParent(named: name, of: job.id)
        } catch let error {
            let isWhole =
                (ModelReference(name)).flatMap { reference -> Bool? in
                    guard case .version(let version) = reference.selector else { return nil }
                    return (try? StoredModel.read(models, name: reference.name, version: version)) != nil
                } ?? false
            add(
                .parentDamaged, job.id, "its copy of \(name): \(text(error))",
                .byHand(
                    isWhole ? "none is needed: the job takes a new copy of \(name)" : "the job will fail: cancel it"))
        }
    }

    private mutating func checkCheckpoints(_ job: JobRecord) {
        let folder = place.checkpoints + "/" + job.id
        counts.checkpoints += ServiceDirectory.entries(folder).count { $0.hasPrefix("checkpoint-") }
        for (path, error) in checkpoints.faults(of: job.id) {
            // A newer one takes its place while it is read.
            if case .notFound = error { continue }
            add(.checkpointDamaged, job.id, text(error), .removeFiles(path: path))
        }
    }
}
