package import JSON
import SequenceModels
import Store

/// Writes a session as clients see it (api.md, 4).
package enum SessionEncoder {
    /// A session.
    package static func json(_ view: SessionView) -> JSONValue {
        let session = view.record
        return [
            "id": .string(session.id), "object": "session", "model": .string("\(session.model)@\(session.version)"),
            "task": JSONValue(view.task?.rawValue), "steps": .integer(session.steps),
            "state_bytes": .integer(session.stateSizeBytes), "created_at": JobEncoder.time(session.createdAtMs),
            "stepped_at": JobEncoder.time(session.steppedAtMs),
            "expires_at": JobEncoder.time(session.expiresAtMs),
            "metadata": (try? JSONParser.parse(session.metadata)) ?? [:], "owner": JobEncoder.owner(session.tenant),
        ]
    }
}
