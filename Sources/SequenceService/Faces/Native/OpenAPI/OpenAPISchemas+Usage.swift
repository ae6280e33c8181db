import JSON

/// What takes how much room.
extension OpenAPISchemas {
    static let usage: JSONObject = {
        let kinds = ["models", "data", "checkpoints", "database", "reserve", "other"]
        let owner: JSONObject = [
            "owner": tenant, "versions": described(integer, "How many."), "models": integer,
            "data": described(integer, "Of unfinished and failed jobs."), "checkpoints": integer,
        ]
        return [
            "Usage": object(
                [
                    "object": words(["usage"]),
                    "disk": nullable("UsageDisk", "null for who sees one tenant only."),
                    "bytes": nullable("UsageBytes", "By kind; null for who sees one tenant only."),
                    "owners": list(of: object(owner, required: owner.keys)),
                ], required: ["object", "disk", "bytes", "owners"]),
            "UsageDisk": object(
                ["free_bytes": integer, "total_bytes": integer], required: ["free_bytes", "total_bytes"]),
            "UsageBytes": object(JSONObject(kinds.map { (key: $0, value: integer) }), required: kinds),
        ]
    }()
}
