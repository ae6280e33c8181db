package import JSON
package import Store
import System
import Tables

/// Writes a job and its events as clients see them (api.md, 2).
package enum JobEncoder {
    /// A job, with its place in the queue.
    package static func json(_ view: JobView) -> JSONValue {
        let job = view.record
        let progress = parsed(job.progress)
        let settings = try? JobSettings(text: job.settings)
        return [
            "id": .string(job.id), "object": "job", "status": .string(job.status.rawValue), "model": .string(job.model),
            "version": JSONValue(job.version), "task": .string(job.task),
            "created_at": time(job.createdAtMs), "started_at": time(job.startedAtMs),
            "finished_at": time(job.finishedAtMs),
            "estimated_finish": estimatedFinish(job, progress),
            "queue_position": JSONValue(view.queuePosition), "attempt": .integer(job.attempt),
            "progress": clientProgress(progress),
            "metrics": parsed(job.metrics),
            "settings": settings?.effective ?? .null, "roles": settings?.roles?.json ?? .null,
            "from": JSONValue(settings?.from), "retry_of": JSONValue(settings?.retryOf),
            "result": parsed(job.result), "error": parsed(job.error),
            "promote": .string(job.promote), "metadata": parsed(job.metadata), "owner": owner(job.tenant),
        ]
    }

    /// An event with its id, which `after` takes, and its time.
    package static func json(_ event: EventRecord) -> JSONValue {
        var members: JSONObject = ["id": .integer(Int(event.id)), "at": time(event.atMs)]
        if let own = parsed(event.json).object { members.merge(own) }
        return .object(members)
    }

    /// The last event of a stream whose server stops: the id of the event before, to go on after.
    package static func stopping(after id: Int64) -> JSONValue {
        ["id": .integer(Int(id)), "at": time(Clock.wallMilliseconds()), "type": "end", "reason": "stopping"]
    }

    /// The JSON member `owner`: null for the unnamed tenant.
    package static func owner(_ tenant: String) -> JSONValue { tenant.isEmpty ? .null : .string(tenant) }

    /// RFC 3339 in UTC, of milliseconds since 1970; null for nil.
    package static func time(_ milliseconds: Int64?) -> JSONValue {
        milliseconds.map { .string(Timestamp.text(milliseconds: $0)) } ?? .null
    }

    /// Columns hold what we wrote; a column that does not parse reads as null.
    private static func parsed(_ text: String?) -> JSONValue {
        text.flatMap { try? JSONParser.parse($0) } ?? .null
    }

    private static func estimatedFinish(_ job: JobRecord, _ progress: JSONValue) -> JSONValue {
        guard job.status == .running, let remaining = progress["remaining_seconds"]?.asDouble,
            let reportedAt = progress["reported_at_ms"]?.asInt
        else { return .null }
        let range = Timestamp.millisecondsRange
        let reported = min(max(Int64(reportedAt), range.lowerBound), range.upperBound)
        return time(reported + Int64((max(0, min(remaining, 1e9)) * 1000).rounded()))
    }

    private static func clientProgress(_ progress: JSONValue) -> JSONValue {
        guard var members = progress.object else { return .null }
        members["reported_at_ms"] = nil
        members["remaining_seconds"] = nil
        return .object(members)
    }
}
