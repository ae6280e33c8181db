import JSON

/// Writes what takes how much room (api.md, System).
enum UsageEncoder {
    static func json(_ usage: Usage) -> JSONValue {
        let kinds = JSONObject(usage.kinds.map { (key: $0.name, value: .integer($0.bytes)) })
        return [
            "object": "usage",
            "disk": usage.disk.map {
                ["free_bytes": .integer($0.freeBytes), "total_bytes": .integer($0.totalBytes)]
            } ?? .null,
            "bytes": usage.kinds.isEmpty ? .null : .object(kinds),
            "owners": .array(
                usage.tenants.map { tenant in
                    [
                        "owner": JobEncoder.owner(tenant.name), "versions": .integer(tenant.versions),
                        "models": .integer(tenant.modelBytes), "data": .integer(tenant.dataBytes),
                        "checkpoints": .integer(tenant.checkpointBytes),
                    ]
                }),
        ]
    }
}
