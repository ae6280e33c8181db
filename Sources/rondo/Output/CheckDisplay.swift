import CommandData
import JSON
import SequenceService

/// What a check has found, for people and for programs.
enum CheckDisplay {
    static func write(_ check: StoreCheck, _ format: OutputFormat) throws {
        let findings = check.findings.map(\.json)
        let plain = ["severity", "kind", "place", "detail", "remedy", "outcome", "mended"]
        let rows = OutputFormat.ListRows(findings, plain.map { name in (name, { $0[name] }) })
        try format.write(check.json, objects: findings, rows: rows) { table(check) }
    }

    /// Faults first; nothing is cut, for what is wrong has to be read.
    private static func table(_ check: StoreCheck) {
        for isFault in [true, false] {
            for finding in check.findings where finding.kind.isFault == isFault {
                let severity = isFault ? "fault" : "note"
                StandardOutput.write(
                    TextTable.printable("\(severity)  \(finding.kind.rawValue)  \(finding.place): \(finding.detail)")
                        + "\n")
                let remedy =
                    finding.outcome.map { "done: \($0)" } ?? "mend it: \(finding.json["remedy"]?.asString ?? "")"
                StandardOutput.write(TextTable.printable("       \(remedy)") + "\n")
            }
        }
        let counts = check.counts
        let faults = check.findings.count(where: \.isOpenFault)
        let notes = check.findings.count { !$0.kind.isFault && !$0.isMended }
        let mended = check.findings.count(where: \.isMended)
        let versions = several(counts.versions, "version") + " of " + several(counts.models, "model")
        let needs = several(counts.checkpoints, "checkpoint") + " and " + several(counts.dataFiles, "data file")
        let jobs = several(counts.jobs, "job") + " (\(counts.unfinishedJobs) unfinished, with \(needs))"
        let sessions = counts.sessions > 0 ? ", " + several(counts.sessions, "session") : ""
        var line = "\(versions) (\(size(counts.versionBytes))), \(jobs)\(sessions): "
        line += faults == 0 ? "nothing is wrong" : several(faults, "fault")
        if mended > 0 { line += ", \(mended) mended" }
        if notes > 0 { line += ", " + several(notes, "note") }
        StandardOutput.write(line + "\n")
    }

    private static func several(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

    /// Bytes in the unit that people say.
    static func size(_ bytes: Int) -> String {
        let units = ["B", "kB", "MB", "GB", "TB"]
        var value = Double(bytes), unit = 0
        while value >= 1024, unit < units.count - 1 { (value, unit) = (value / 1024, unit + 1) }
        let rounded = (value * 10).rounded() / 10
        return (unit == 0 || rounded >= 100 ? "\(Int(rounded.rounded()))" : "\(rounded)") + " " + units[unit]
    }
}
