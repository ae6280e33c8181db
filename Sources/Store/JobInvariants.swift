extension JobRules {
    /// What a job breaks of the invariants that `JobStatus.swift` lists, in words; empty for a sound one.
    package static func faults(of job: JobRecord) -> [String] {
        var faults: [String] = []
        func expect(_ holds: Bool, _ rule: String) {
            if !holds { faults.append("job \(job.id), \(job.status.rawValue): \(rule)") }
        }
        expect((job.status == .running) == (job.runner != nil), "a job has a runner exactly while it is running")
        expect((job.status == .succeeded) == (job.version != nil), "a job has a version exactly when it succeeded")
        expect(job.status.isFinal == (job.finishedAtMs != nil), "a job has an end exactly when it is finished")
        expect(
            job.status == .running || !(job.cancelRequested || job.pauseRequested), "only a running job has wishes")
        expect(job.attempt >= 1 && job.idleRescues >= 0, "attempts count from 1, rescues from 0")
        return faults
    }
}
