import JSON
import Logging
import Store

/// What the log says of a job whose run has ended.
enum JobFacts {
    /// - Parameter steps: optimiser steps done; nil if its last run did none.
    static func metadata(_ job: JobRecord, steps: Int?) -> Logger.Metadata {
        var facts: Logger.Metadata = ["job": "\(job.id)", "model": "\(job.model)"]
        if let seconds = job.seconds { facts["seconds"] = .seconds(seconds) }
        if let steps { facts["steps"] = .number(steps) }
        if let version = job.version { facts["version"] = .number(version) }
        let result = parsed(job.result)
        if let verdict = result?["verdict"]?.asString { facts["verdict"] = "\(verdict)" }
        if let detail = parsed(job.error)?["detail"]?.asString { facts["error"] = "\(detail)" }
        return facts
    }

    private static func parsed(_ text: String?) -> JSONValue? { text.flatMap { try? JSONParser.parse($0) } }
}
