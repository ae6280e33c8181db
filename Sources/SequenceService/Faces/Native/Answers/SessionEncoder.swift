package import JSON
package import Store

/// Writes a session as clients see it (api.md, 4).
package enum SessionEncoder {
    /// A session.
    package static func json(_ session: SessionRecord) -> JSONValue {
        [
            "id": .string(session.id), "object": "session", "model": .string("\(session.model)@\(session.version)"),
            "steps": .integer(session.steps), "state_bytes": .integer(session.stateSizeBytes),
            "created_at": JobEncoder.time(session.createdAtMs), "stepped_at": JobEncoder.time(session.steppedAtMs),
            "expires_at": JobEncoder.time(session.expiresAtMs),
            "metadata": (try? JSONParser.parse(session.metadata)) ?? [:], "owner": JobEncoder.owner(session.tenant),
        ]
    }
}
